"""The story of src/compat with boto3."""

import datetime
import json
import os
import sys
import urllib.request
import uuid

import boto3
from botocore.config import Config

ENDPOINT = os.environ["EVIDENTLY_ENDPOINT"]
PROJECT = os.environ.get("EVIDENTLY_PROJECT", "compat-boto3")
failed = False

evidently = boto3.client(
    "evidently",
    endpoint_url=ENDPOINT,
    # With it boto3 calls dataplane.localhost, which not every system resolves.
    config=Config(inject_host_prefix=ENDPOINT.startswith("https:")),
)


def check(name, condition, seen=None):
    global failed
    if condition:
        print("ok", name)
    else:
        failed = True
        print("FAILED", name, "" if seen is None else repr(seen))


def raised(call, **arguments):
    try:
        return call(**arguments)
    except Exception as e:  # Whatever it is, the check tells.
        return e


def is_uuid(text):
    return isinstance(text, str) and str(uuid.UUID(text)) == text


created = evidently.create_project(name=PROJECT, description="first", tags={"client": "boto3"})["project"]
check("creates a project", created["name"] == PROJECT and created["description"] == "first"
      and created["tags"] == {"client": "boto3"}, created)
check("reads its time", abs(created["createdTime"].timestamp() - datetime.datetime.now().timestamp()) < 60, created)
check("gets it", evidently.get_project(project=PROJECT)["project"] == created)
pages = [
    [project["name"] for project in page["projects"]]
    for page in evidently.get_paginator("list_projects").paginate(PaginationConfig={"PageSize": 1})
]
check("lists it", all([name] in pages for name in ("alpha", PROJECT, "omega")), pages)
updated = evidently.update_project(project=PROJECT, description="second")["project"]
check("updates it", updated["description"] == "second" and updated["tags"] == created["tags"], updated)
conflict = raised(evidently.create_project, name=PROJECT)
check("raises ConflictException", isinstance(conflict, evidently.exceptions.ConflictException)
      and conflict.response["ResponseMetadata"]["HTTPStatusCode"] == 409, conflict)

custom = json.dumps({"userDetails": {"userId": "anna"}, "details": {"price": 9.5}})
evaluation = json.dumps({"feature": "f", "entityId": "anna", "variation": "v", "type": "DEFAULT"})
events = [
    {"timestamp": 1637368646, "type": "aws.evidently.custom", "data": custom},
    {"timestamp": datetime.datetime(2021, 11, 20, tzinfo=datetime.timezone.utc), "type": "aws.evidently.evaluation",
     "data": evaluation},
    {"timestamp": 1637368648, "type": "aws.evidently.evaluation", "data": "{}"},
    {"timestamp": 1637368649, "type": "aws.evidently.custom", "data": "{}"},
]
ids = []
for reference in (PROJECT, created["arn"]):
    answer = evidently.put_project_events(project=reference, events=events)
    results = answer["eventResults"]
    kind = "by name" if reference == PROJECT else "by ARN"
    check(f"puts 4 events {kind}, one of them faulty", answer["failedEventCount"] == 1 and len(results) == 4, answer)
    check(f"learns which one {kind}", results[2].get("errorCode") == "ValidationException"
          and "data.feature" in results[2]["errorMessage"] and not results[2].get("eventId"), results)
    accepted = [result.get("eventId") for index, result in enumerate(results) if index != 2]
    check(f"gets ids for the others {kind}", all(map(is_uuid, accepted)), accepted)
    ids += accepted

with urllib.request.urlopen(os.environ["EVIDENTLY_EVENTS_URL"]) as response:
    stored = json.load(response)["events"]
check("finds the events under their ids", [event["eventId"] for event in stored] == ids, stored)
check("finds data as it was sent", [event["data"] for event in stored] == [custom, evaluation, "{}"] * 2, stored)
check("finds times as they were sent", [event["timestamp"] for event in stored[:3]] == [1637368646, 1637366400, 1637368649],
      stored)

missing = raised(evidently.put_project_events, project="nobody", events=events)
check("raises ResourceNotFoundException", isinstance(missing, evidently.exceptions.ResourceNotFoundException)
      and missing.response["ResponseMetadata"]["RequestId"], missing)
too_many = raised(evidently.put_project_events, project=PROJECT, events=events[:1] * 51)
check("raises ValidationException for 51 events", isinstance(too_many, evidently.exceptions.ValidationException)
      and too_many.response["fieldList"][0]["name"] == "events", too_many)
unbuilt = raised(evidently.create_feature, project=PROJECT, name="f", variations=[
    {"name": "v", "value": {"boolValue": True}}])
check("learns that CreateFeature is not built", isinstance(unbuilt, evidently.exceptions.ValidationException)
      and "CreateFeature" in str(unbuilt), unbuilt)

evidently.delete_project(project=created["arn"])
deleted = raised(evidently.get_project, project=PROJECT)
check("deletes the project", isinstance(deleted, evidently.exceptions.ResourceNotFoundException), deleted)
sys.exit(failed)
