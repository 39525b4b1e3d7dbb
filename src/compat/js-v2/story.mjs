// The story of src/compat with the AWS SDK for JavaScript v2.
import AWS from "aws-sdk";
import { isDeepStrictEqual } from "node:util";

const endpoint = process.env.EVIDENTLY_ENDPOINT;
const project = "compat-js-v2";
const evidently = new AWS.Evidently({
  endpoint,
  region: process.env.AWS_REGION,
  // Without it the SDK calls dataplane.localhost, which not every system resolves.
  hostPrefixEnabled: false,
});
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function check(name, condition, seen) {
  if (condition) {
    console.log("ok", name);
  } else {
    process.exitCode = 1;
    console.log("FAILED", name, seen);
  }
}

const send = (operation, parameters) => evidently[operation](parameters).promise();
const raised = (operation, parameters) => send(operation, parameters).catch((e) => e);

const created = (await send("createProject", { name: project, description: "first", tags: { client: "js-v2" } })).project;
check("creates a project",
  created.name === project && created.description === "first" && created.tags.client === "js-v2", created);
check("reads its time", Math.abs(created.createdTime - new Date()) < 60_000, created);
const got = (await send("getProject", { project })).project;
check("gets it", isDeepStrictEqual(got, created), got);
const pages = [];
let nextToken;
do {
  const page = await send("listProjects", { maxResults: 1, nextToken });
  pages.push(page.projects.map((summary) => summary.name).join());
  nextToken = page.nextToken;
} while (nextToken);
check("lists it", ["alpha", project, "omega"].every((name) => pages.includes(name)), pages);
const updated = (await send("updateProject", { project, description: "second" })).project;
check("updates it", updated.description === "second", updated);
const conflict = await raised("createProject", { name: project });
check("raises ConflictException", conflict.code === "ConflictException" && conflict.statusCode === 409, conflict);

// This SDK encodes whatever it gets as JSON text: an object once, a text that is JSON already a second time.
const custom = { userDetails: { userId: "anna" }, details: { price: 9.5 } };
const evaluation = JSON.stringify({ feature: "f", entityId: "anna", variation: "v", type: "DEFAULT" });
const events = [
  { timestamp: new Date(1637368646468), type: "aws.evidently.custom", data: custom },
  { timestamp: new Date(1637368647000), type: "aws.evidently.evaluation", data: evaluation },
  { timestamp: new Date(1637368648000), type: "aws.evidently.evaluation", data: {} },
  { timestamp: new Date(1637368649500), type: "aws.evidently.custom", data: "{}" },
];
const ids = [];
for (const reference of [project, created.arn]) {
  const answer = await send("putProjectEvents", { project: reference, events });
  const results = answer.eventResults;
  check(`puts 4 events to ${reference}, one of them faulty`, answer.failedEventCount === 1 && results.length === 4, answer);
  check("learns which one", results[2].errorCode === "ValidationException" && !results[2].eventId, results);
  const accepted = results.filter((_, index) => index !== 2).map((result) => result.eventId);
  check("gets ids for the others", accepted.every((id) => UUID.test(id)), accepted);
  ids.push(...accepted);
}
const stored = (await (await fetch(process.env.EVIDENTLY_EVENTS_URL)).json()).events;
check("finds the events under their ids", isDeepStrictEqual(stored.map((event) => event.eventId), ids), stored);
check("finds data as it was meant",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.data), [JSON.stringify(custom), evaluation, "{}"]), stored);
check("finds times as they were sent",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.timestamp), [1637368646.468, 1637368647, 1637368649.5]), stored);

const missing = await raised("putProjectEvents", { project: "nobody", events });
check("raises ResourceNotFoundException", missing.code === "ResourceNotFoundException" && missing.requestId, missing);
const tooMany = await raised("putProjectEvents", { project, events: Array(51).fill(events[0]) });
check("raises ValidationException for 51 events", tooMany.code === "ValidationException", tooMany);

// What holds JSON as text is an object on both sides of this SDK.
const { feature } = await send("createFeature", {
  project, name: "checkout", entityOverrides: { anna: "new" },
  variations: [{ name: "old", value: { longValue: 1 } }, { name: "new", value: { longValue: 3 } }],
});
check("creates a feature", feature.valueType === "LONG" && feature.createdTime instanceof Date
  && isDeepStrictEqual(feature.variations[1].value, { longValue: 3 }), feature);
const pattern = { country: ["NZ"] };
const { segment } = await send("createSegment", { name: project, pattern });
check("creates a segment", isDeepStrictEqual(segment.pattern, pattern), segment);
const { match } = await send("testSegmentPattern", { pattern, payload: { country: "NZ" } });
check("tests a pattern", match === true, match);
const metricDefinition = {
  name: "price", entityIdKey: "userDetails.userId", valueKey: "details.price", eventPattern: { details: { price: [{ exists: true }] } },
};
const { experiment } = await send("createExperiment", {
  project, name: "steps", segment: segment.arn, metricGoals: [{ metricDefinition, desiredChange: "INCREASE" }],
  treatments: ["old", "new"].map((name) => ({ name, feature: "checkout", variation: name })),
  onlineAbConfig: { treatmentWeights: { new: 100_000 } },
});
check("creates an experiment",
  isDeepStrictEqual(experiment.metricGoals[0].metricDefinition.eventPattern, metricDefinition.eventPattern), experiment);
const { startedTime } = await send("startExperiment", {
  project, experiment: "steps", analysisCompleteTime: new Date(Date.now() + 3600_000),
});
check("starts it", Math.abs(startedTime - new Date()) < 60_000, startedTime);
const evaluated = await send("evaluateFeature", {
  project, feature: "checkout", entityId: "bob", evaluationContext: { country: "NZ" },
});
check("evaluates by an experiment", evaluated.value.longValue === 3
  && isDeepStrictEqual(evaluated.details, { experiment: "steps", treatment: "new" }), evaluated);
const { results } = await send("batchEvaluateFeature", {
  project, requests: ["anna", "bob"].map((entityId) => ({ entityId, feature: "checkout", evaluationContext: {} })),
});
check("evaluates in batches",
  results.map((result) => result.reason).join() === "ENTITY_OVERRIDES_MATCH,DEFAULT", results);
const used = await raised("deleteFeature", { project, feature: "checkout" });
check("raises ConflictException for a feature in use", used.code === "ConflictException", used);
const { endedTime } = await send("stopExperiment", { project, experiment: "steps" });
check("stops it", Math.abs(endedTime - new Date()) < 60_000, endedTime);
await send("deleteExperiment", { project, experiment: "steps" });
await send("deleteFeature", { project, feature: "checkout" });
await send("deleteSegment", { segment: project });
const { features } = await send("listFeatures", { project });
check("deletes all of it", features.length === 0, features);

await send("deleteProject", { project: created.arn });
const deleted = await raised("getProject", { project });
check("deletes the project", deleted.code === "ResourceNotFoundException", deleted);
