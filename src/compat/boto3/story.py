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
called = set()
evidently.meta.events.register("before-call.evidently", lambda model, **_: called.add(model.name))


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


def is_now(time):
    return isinstance(time, datetime.datetime) and abs(time.timestamp() - datetime.datetime.now().timestamp()) < 60


def pages(operation, member, **arguments):
    """The names on each page of one."""
    paginator = evidently.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **arguments)
    return [[entry["name"] for entry in page[member]] for page in paginator]


def stored_events():
    with urllib.request.urlopen(os.environ["EVIDENTLY_EVENTS_URL"]) as response:
        return json.load(response)["events"]


created = evidently.create_project(name=PROJECT, description="first", tags={"client": "boto3"})["project"]
check("creates a project", created["name"] == PROJECT and created["description"] == "first"
      and created["tags"] == {"client": "boto3"}, created)
check("reads its time", is_now(created["createdTime"]), created)
check("gets it", evidently.get_project(project=PROJECT)["project"] == created)
listed = pages("list_projects", "projects")
check("lists it", all([name] in listed for name in ("alpha", PROJECT, "omega")), listed)
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

stored = stored_events()
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

delivered = evidently.update_project_data_delivery(project=PROJECT, cloudWatchLogs={"logGroup": "compat"})["project"]
check("delivers data", delivered["dataDelivery"] == {"cloudWatchLogs": {"logGroup": "compat"}}, delivered)

VALUES = {
    "BOOLEAN": ({"boolValue": False}, {"boolValue": True}),
    "DOUBLE": ({"doubleValue": 0.5}, {"doubleValue": 1e100}),
    "LONG": ({"longValue": 0}, {"longValue": 9007199254740991}),
    "STRING": ({"stringValue": ""}, {"stringValue": "\u00e9"}),
}
for kind, (old, new) in VALUES.items():
    feature = evidently.create_feature(
        project=PROJECT, name=kind, variations=[{"name": "old", "value": old}, {"name": "new", "value": new}],
        entityOverrides={"anna": "new"}, tags={"client": "boto3"})["feature"]
    check(f"creates a feature of {kind}", feature["valueType"] == kind and feature["defaultVariation"] == "old"
          and feature["variations"][1] == {"name": "new", "value": new} and is_now(feature["createdTime"]), feature)
    answer = evidently.evaluate_feature(project=PROJECT, feature=kind, entityId="anna")
    check("evaluates it to a value of its type", answer["value"] == new and answer["variation"] == "new"
          and answer["reason"] == "ENTITY_OVERRIDES_MATCH" and json.loads(answer["details"]) == {}, answer)
check("gets a feature", evidently.get_feature(project=PROJECT, feature="STRING")["feature"] == feature)
listed = pages("list_features", "features", project=PROJECT)
check("lists features in pages", listed == [[kind] for kind in VALUES], listed)
feature = evidently.update_feature(
    project=PROJECT, feature="LONG", addOrUpdateVariations=[{"name": "newer", "value": {"longValue": -1}}],
    defaultVariation="new", removeVariations=["old"], entityOverrides={})["feature"]
check("updates a feature", [variation["name"] for variation in feature["variations"]] == ["new", "newer"]
      and feature["defaultVariation"] == "new" and not feature["entityOverrides"], feature)

PATTERN = json.dumps({"country": ["NZ"]})
SEGMENTS = [PROJECT, PROJECT + "-2"]
for name in SEGMENTS:
    segment = evidently.create_segment(name=name, pattern=PATTERN)["segment"]
check("creates segments", segment["pattern"] == PATTERN and is_now(segment["createdTime"]), segment)
check("gets a segment", evidently.get_segment(segment=segment["arn"])["segment"] == segment)
listed = pages("list_segments", "segments")
check("lists segments in pages", [name for page in listed for name in page if name in SEGMENTS] == SEGMENTS
      and all(len(page) == 1 for page in listed), listed)
matches = [evidently.test_segment_pattern(pattern=PATTERN, payload=json.dumps({"country": country}))["match"]
           for country in ("NZ", "AU")]
check("tests patterns", matches == [True, False], matches)
unmatchable = raised(evidently.create_segment, name="unmatchable", pattern='{"country":"NZ"}')
check("raises ValidationException for a pattern", isinstance(unmatchable, evidently.exceptions.ValidationException)
      and unmatchable.response["reason"] == "fieldValidationFailed"
      and unmatchable.response["fieldList"][0]["name"] == "pattern", unmatchable.response)

metric = {"name": "price", "entityIdKey": "userDetails.userId", "valueKey": "details.price", "unitLabel": "NZD",
          "eventPattern": json.dumps({"details.price": [{"exists": True}]})}
for name in ("launch", "launch-2"):
    launch = evidently.create_launch(
        project=PROJECT, name=name, metricMonitors=[{"metricDefinition": metric}],
        groups=[{"name": group, "feature": "BOOLEAN", "variation": group} for group in ("old", "new")],
        scheduledSplitsConfig={"steps": [{
            "startTime": datetime.datetime(2021, 11, 20, tzinfo=datetime.timezone.utc),
            "groupWeights": {"old": 100000, "new": 0},
            "segmentOverrides": [{"segment": PROJECT, "evaluationOrder": 1, "weights": {"new": 100000}}],
        }]})["launch"]
step = launch["scheduledSplitsDefinition"]["steps"][0]
check("creates launches", launch["status"] == "CREATED" and launch["groups"][1]["featureVariations"] == {"BOOLEAN": "new"}
      and launch["metricMonitors"] == [{"metricDefinition": metric}], launch)
check("reads the schedule", step["startTime"].timestamp() == 1637366400
      and step["segmentOverrides"][0]["segment"] == segment["arn"].removesuffix("-2"), step)
check("gets a launch", evidently.get_launch(project=PROJECT, launch="launch-2")["launch"] == launch)
listed = pages("list_launches", "launches", project=PROJECT, status="CREATED")
check("lists launches in pages", listed == [["launch"], ["launch-2"]], listed)
updated = evidently.update_launch(project=PROJECT, launch="launch", description="second")["launch"]
check("updates a launch", updated["description"] == "second", updated)
started = evidently.start_launch(project=PROJECT, launch="launch")["launch"]
check("starts a launch", started["status"] == "RUNNING" and is_now(started["execution"]["startedTime"]), started)
answer = evidently.evaluate_feature(
    project=PROJECT, feature="BOOLEAN", entityId="bob", evaluationContext=json.dumps({"country": "NZ"}))
check("evaluates by a launch", answer["value"] == {"boolValue": True} and answer["reason"] == "LAUNCH_RULE_MATCH"
      and json.loads(answer["details"]) == {"launch": "launch", "group": "new"}, answer)
conflict = raised(evidently.delete_launch, project=PROJECT, launch="launch")
check("raises ConflictException for a running launch", isinstance(conflict, evidently.exceptions.ConflictException)
      and conflict.response["resourceId"] == started["arn"] and conflict.response["resourceType"] == "launch",
      conflict.response)
ended = evidently.stop_launch(project=PROJECT, launch="launch", desiredState="CANCELLED", reason="seen")["endedTime"]
check("stops a launch", is_now(ended), ended)

for name in ("experiment", "experiment-2"):
    experiment = evidently.create_experiment(
        project=PROJECT, name=name, segment=PROJECT,
        treatments=[{"name": name, "feature": "STRING", "variation": name} for name in ("old", "new")],
        onlineAbConfig={"controlTreatmentName": "old", "treatmentWeights": {"old": 0, "new": 100000}},
        metricGoals=[{"metricDefinition": metric, "desiredChange": "INCREASE"}])["experiment"]
check("creates experiments", experiment["status"] == "CREATED" and experiment["samplingRate"] == 100000
      and experiment["onlineAbDefinition"]["controlTreatmentName"] == "old"
      and experiment["metricGoals"] == [{"metricDefinition": metric, "desiredChange": "INCREASE"}], experiment)
check("gets an experiment",
      evidently.get_experiment(project=PROJECT, experiment="experiment-2")["experiment"] == experiment)
listed = pages("list_experiments", "experiments", project=PROJECT)
check("lists experiments in pages", listed == [["experiment"], ["experiment-2"]], listed)
for kind in ("LAUNCH", "EXPERIMENT"):
    listed = pages("list_segment_references", "referencedBy", segment=PROJECT, type=kind)
    check(f"lists in pages each {kind} of a segment", listed == [[kind.lower()], [kind.lower() + "-2"]], listed)
updated = evidently.update_experiment(project=PROJECT, experiment="experiment", removeSegment=True)["experiment"]
check("updates an experiment", not updated.get("segment"), updated)
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=7)
started = evidently.start_experiment(project=PROJECT, experiment="experiment", analysisCompleteTime=end)["startedTime"]
check("starts an experiment", is_now(started), started)
answer = evidently.evaluate_feature(project=PROJECT, feature="STRING", entityId="bob")
check("evaluates by an experiment", answer["value"] == {"stringValue": "\u00e9"}
      and answer["reason"] == "EXPERIMENT_RULE_MATCH"
      and json.loads(answer["details"]) == {"experiment": "experiment", "treatment": "new"}, answer)
results = evidently.batch_evaluate_feature(
    project=PROJECT, requests=[{"entityId": "bob", "feature": name} for name in ("STRING", "DOUBLE", "missing")])["results"]
check("evaluates in batches", [result.get("variation") for result in results] == ["new", "old", None]
      and results[1]["feature"] == created["arn"] + "/feature/DOUBLE"
      and results[2]["reason"].startswith("Feature does not exist"), results)
results = evidently.get_experiment_results(
    project=PROJECT, experiment="experiment", metricNames=["price"], treatmentNames=["old", "new"])
check("asks for results", results["details"].startswith("Not enough events to generate results: ")
      and results["resultsData"] == [], results)
ended = evidently.stop_experiment(project=PROJECT, experiment="experiment")["endedTime"]
check("stops an experiment", is_now(ended), ended)
types = [json.loads(event["data"])["type"] for event in stored_events()[len(ids):]]
check("finds the evaluations",
      types == ["ENTITY_OVERRIDES_MATCH"] * 4 + ["LAUNCH_RULE_MATCH"] + ["EXPERIMENT_RULE_MATCH"] * 2 + ["DEFAULT"], types)

for arn in (created["arn"], feature["arn"], launch["arn"], experiment["arn"], segment["arn"]):
    evidently.tag_resource(resourceArn=arn, tags={"kept": "yes", "gone": "soon"})
    evidently.untag_resource(resourceArn=arn, tagKeys=["client", "gone"])
    tags = evidently.list_tags_for_resource(resourceArn=arn)["tags"]
    check(f"tags {arn.rsplit(':')[-1]}", tags == {"kept": "yes"}, tags)

used = raised(evidently.delete_project, project=PROJECT)
check("raises ConflictException for a project in use", isinstance(used, evidently.exceptions.ConflictException)
      and used.response["resourceType"] == "project", used)
for name in ("launch", "launch-2"):
    evidently.delete_launch(project=PROJECT, launch=name)
for name in ("experiment", "experiment-2"):
    evidently.delete_experiment(project=PROJECT, experiment=name)
for kind in VALUES:
    evidently.delete_feature(project=PROJECT, feature=kind)
for name in SEGMENTS:
    evidently.delete_segment(segment=name)
for kind, call, arguments in (
        ("launch", evidently.get_launch, {"project": PROJECT, "launch": "launch"}),
        ("experiment", evidently.get_experiment, {"project": PROJECT, "experiment": "experiment"}),
        ("feature", evidently.get_feature, {"project": PROJECT, "feature": "STRING"}),
        ("segment", evidently.get_segment, {"segment": PROJECT})):
    missing = raised(call, **arguments)
    check(f"raises ResourceNotFoundException for a deleted {kind}",
          isinstance(missing, evidently.exceptions.ResourceNotFoundException)
          and missing.response["resourceId"].endswith(f"{kind}/{arguments[kind]}")
          and missing.response["resourceType"] == kind, missing.response)

evidently.delete_project(project=created["arn"])
deleted = raised(evidently.get_project, project=PROJECT)
check("deletes the project", isinstance(deleted, evidently.exceptions.ResourceNotFoundException), deleted)
operations = set(evidently.meta.service_model.operation_names)
check(f"calls all {len(operations)} operations", called == operations, operations - called)
sys.exit(failed)
