"""The features that evaluate.lua asks for, and the experiments whose results are asked for."""

import json
import random
import time

from measurements import (
    EVALUATE_FEATURES, EVALUATE_SEGMENTS, RESULTS_EVENTS_OF_ENTITY, RESULTS_EXPERIMENTS, RESULTS_START)
from report import Failure
from servers import http


def make_features(port):
    """Each with a launch that has a split for the members of each segment, and with an experiment."""
    def make(path, content):
        return http("POST", port, path, json.dumps(content))

    for number in range(1, EVALUATE_SEGMENTS + 1):
        make("/segments", {"name": f"segment-{number}", "pattern": json.dumps({"country": [f"country-{number}"]})})
    for features in (1, EVALUATE_FEATURES):
        project = f"/projects/bench-{features}"
        make("/projects", {"name": f"bench-{features}"})
        for number in range(1, features + 1):
            feature = f"feature-{number}"
            make(f"{project}/features", {"name": feature, "variations": [
                {"name": name, "value": {"stringValue": name}} for name in ("a", "b")]})
            parts = [{"name": name, "feature": feature, "variation": name} for name in ("a", "b")]
            make(f"{project}/launches", {"name": feature, "groups": parts, "scheduledSplitsConfig": {"steps": [{
                "startTime": 1, "groupWeights": {"a": 25_000, "b": 25_000}, "segmentOverrides": [
                    {"segment": f"segment-{segment}", "evaluationOrder": segment, "weights": {"a": 40_000, "b": 40_000}}
                    for segment in range(1, EVALUATE_SEGMENTS + 1)]}]}})
            make(f"{project}/launches/{feature}/start", {})
            make(f"{project}/experiments", {"name": feature, "treatments": parts, "metricGoals": [
                {"metricDefinition": {"name": "m", "entityIdKey": "userDetails.userId", "valueKey": "details.value"}}]})
            make(f"{project}/experiments/{feature}/start", {"analysisCompleteTime": time.time() + 86_400})


def set_clock(port, when):
    http("PUT", port, "/_evidently/clock", json.dumps({"time": when}))


def make_experiments(port):
    for number in range(1, RESULTS_EXPERIMENTS + 1):
        feature = f"feature-{number}"
        http("POST", port, "/projects/demo/features", json.dumps({"name": feature, "variations": [
            {"name": name, "value": {"stringValue": name}} for name in ("a", "b")]}))
        http("POST", port, "/projects/demo/experiments", json.dumps({
            "name": feature,
            "treatments": [{"name": name, "feature": feature, "variation": name} for name in ("a", "b")],
            "metricGoals": [{"metricDefinition": {
                "name": f"m{metric}", "entityIdKey": "userDetails.userId", "valueKey": "details.value",
                "eventPattern": json.dumps({"kind": [f"kind-{metric}"]})}} for metric in range(3)]}))
        http("POST", port, f"/projects/demo/experiments/{feature}/start", json.dumps(
            {"analysisCompleteTime": RESULTS_START + 20 * 86_400}))


def write_results_load(directory, events):
    """Bodies of 50 events within an hour, one evaluation for three custom events, each for one metric of an experiment."""
    generator = random.Random(42)
    file = directory / "bodies"
    with open(file, "w", encoding="ascii") as output:
        batch = []
        for number in range(events):
            entity = generator.randrange(events // RESULTS_EVENTS_OF_ENTITY)
            if number % 4 == 0:
                name = f"feature-{entity % RESULTS_EXPERIMENTS + 1}"
                treatment = "ab"[entity // RESULTS_EXPERIMENTS % 2]
                kind = "evaluation"
                data = {"feature": name, "entityId": f"user-{entity}", "variation": treatment,
                        "type": "EXPERIMENT_RULE_MATCH", "details": {"experiment": name, "treatment": treatment}}
            else:
                kind = "custom"
                data = {"userDetails": {"userId": f"user-{entity}"}, "kind": f"kind-{number % 3}",
                        "details": {"value": generator.randrange(1_000) / 10, "page": "/checkout/step/2"}}
            batch.append({"timestamp": RESULTS_START + number * 3_500 // events, "type": f"aws.evidently.{kind}",
                          "data": json.dumps(data)})
            if len(batch) == 50:
                output.write(json.dumps({"events": batch}) + "\n")
                batch = []
    return file


def ask_results(port, times):
    """How long each answer took, in ms; throttled ones are asked for again."""
    found = []
    for number in range(times):
        begin = time.monotonic()
        while True:
            try:
                answer = http(
                    "POST", port, f"/projects/demo/experiments/feature-{number % RESULTS_EXPERIMENTS + 1}/results",
                    json.dumps({"metricNames": [f"m{number % 3}"], "treatmentNames": ["a", "b"]}))
                break
            except Failure as failure:
                if " 429: " not in str(failure):
                    raise
        found.append((time.monotonic() - begin) * 1e3)
        if not json.loads(answer)["resultsData"]:
            raise Failure(f"there are no results: {answer[:500]}")
    return found
