"""boto3 against a server that takes ten calls of PutProjectEvents per second."""

import json
import os
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["EVIDENTLY_ENDPOINT"]
PROJECT = "compat-boto3-throttled"
CALLS = 20
failed = False


def check(name, condition, seen=None):
    global failed
    if condition:
        print("ok", name)
    else:
        failed = True
        print("FAILED", name, "" if seen is None else repr(seen))


def client(**retries):
    return boto3.client("evidently", endpoint_url=ENDPOINT, config=Config(inject_host_prefix=False, retries=retries))


def put(evidently, name):
    event = {"timestamp": 1, "type": "aws.evidently.custom", "data": json.dumps({"name": name})}
    return evidently.put_project_events(project=PROJECT, events=[event])


def stored():
    with urllib.request.urlopen(os.environ["EVIDENTLY_EVENTS_URL"]) as response:
        return [json.loads(event["data"])["name"] for event in json.load(response)["events"]]


once = client(mode="standard", total_max_attempts=1)
once.create_project(name=PROJECT)
taken = []
refusal = None
for number in range(1000):
    try:
        put(once, f"once-{number}")
        taken.append(f"once-{number}")
    except ClientError as e:
        refusal = e
        break
check("is throttled at last", isinstance(refusal, once.exceptions.ThrottlingException), refusal)
check("not before ten calls", len(taken) >= 10, taken)
metadata = refusal.response["ResponseMetadata"]
check("with 429", metadata["HTTPStatusCode"] == 429, metadata)
check("with Retry-After", metadata["HTTPHeaders"].get("retry-after") == "1", metadata)
check("with a quota code", refusal.response.get("quotaCode") == "put-project-events", refusal.response)
check("with a service code", refusal.response.get("serviceCode") == "evidently", refusal.response)
check("stores what was taken", stored() == taken, stored())
for mode in ("standard", "adaptive"):
    # Ten attempts, because the times between them are random.
    again = client(mode=mode, total_max_attempts=10)
    names = [f"{mode}-{number}" for number in range(CALLS)]
    answers = [put(again, name) for name in names]
    retries = [answer["ResponseMetadata"]["RetryAttempts"] for answer in answers]
    check(f"gets through in {mode} mode", all(answer["failedEventCount"] == 0 for answer in answers), answers)
    check(f"by trying again in {mode} mode", any(retries), retries)
    taken += names
    check(f"stores each event once in {mode} mode", stored() == taken, stored())
once.delete_project(project=PROJECT)
sys.exit(failed)
