"""The events of put-project-events.lua as JSON texts, and the loads that are made of them."""

import base64
import json
import random
import urllib.parse

# What kinesalite asks of a request; it checks no signature.
KINESALITE_HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Date": "20260101T000000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/kinesis/aws4_request, "
                     "SignedHeaders=host, Signature=0",
}


def event(entity, number):
    if number % 2 == 0:
        kind = "evaluation"
        data = {
            "feature": f"checkout-{number % 7}", "entityId": f"user-{entity}",
            "entityAttributes": {"browser": {"s": "Chrome"}}, "variation": f"variation-{number % 3}",
            "type": "EXPERIMENT_RULE_MATCH",
            "details": {"experiment": "landing-page", "treatment": "control", "salt": "landing-page"},
        }
    else:
        kind = "custom"
        data = {
            "userDetails": {"userId": f"user-{entity}", "sessionId": f"s-{entity * 7}"},
            "details": {"pageLoadTime": 100 + entity % 900 + entity % 1000 / 1000, "purchase": entity % 250 + 0.5},
        }
    return json.dumps(
        {"timestamp": 1700000000 + entity + entity % 1000 / 1000, "type": f"aws.evidently.{kind}",
         "data": json.dumps(data, separators=(",", ":"))}, separators=(",", ":"))


def batches(size):
    generator = random.Random(42)
    return [[event(generator.randint(1, 1_000_000), number) for number in range(1, size + 1)] for _ in range(64)]


def evidently_load(size):
    return ['{"events":[' + ",".join(batch) + "]}" for batch in batches(size)]


def kinesalite_load(_, size):
    bodies = [
        json.dumps({"StreamName": "bench", "Records": [
            {"Data": base64.b64encode(text.encode()).decode(), "PartitionKey": str(number)}
            for number, text in enumerate(batch)]})
        for batch in batches(size)]
    return bodies, "/", {"X-Amz-Target": "Kinesis_20131202.PutRecords", **KINESALITE_HEADERS}


def elasticmq_json_load(port, size):
    bodies = [
        json.dumps({"QueueUrl": f"http://127.0.0.1:{port}/000000000000/bench", "Entries": [
            {"Id": str(number), "MessageBody": text} for number, text in enumerate(batch)]})
        for batch in batches(size)]
    return bodies, "/", {"X-Amz-Target": "AmazonSQS.SendMessageBatch", "Content-Type": "application/x-amz-json-1.0"}


def elasticmq_query_load(_, size):
    bodies = []
    for batch in batches(size):
        parameters = {"Action": "SendMessageBatch", "Version": "2012-11-05"}
        for number, text in enumerate(batch, 1):
            parameters[f"SendMessageBatchRequestEntry.{number}.Id"] = str(number)
            parameters[f"SendMessageBatchRequestEntry.{number}.MessageBody"] = text
        bodies.append(urllib.parse.urlencode(parameters))
    return bodies, "/000000000000/bench", {"Content-Type": "application/x-www-form-urlencoded"}


PEER_LOADS = {
    "kinesalite": kinesalite_load, "elasticmq-json": elasticmq_json_load, "elasticmq-query": elasticmq_query_load,
}
