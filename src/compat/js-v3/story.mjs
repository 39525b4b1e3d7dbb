// The story of src/compat with the AWS SDK for JavaScript v3.
import * as sdk from "@aws-sdk/client-evidently";
import { isDeepStrictEqual } from "node:util";

const endpoint = process.env.EVIDENTLY_ENDPOINT;
const project = "compat-js-v3";
const evidently = new sdk.EvidentlyClient({
  endpoint,
  // Without it the SDK calls dataplane.localhost, which not every system resolves.
  disableHostPrefix: true,
});
const called = new Set();
evidently.middlewareStack.add(
  (next, context) => (request) => { called.add(context.commandName); return next(request); }, { step: "initialize" });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function check(name, condition, seen) {
  if (condition) {
    console.log("ok", name);
  } else {
    process.exitCode = 1;
    console.log("FAILED", name, seen);
  }
}

const send = (operation, input) => evidently.send(new sdk[`${operation}Command`](input));
const raised = (operation, input) => send(operation, input).catch((e) => e);
const isNow = (time) => time instanceof Date && Math.abs(time - new Date()) < 60_000;

// The names on each page of one.
async function pages(operation, member, input) {
  const names = [];
  for await (const page of sdk[`paginate${operation}`]({ client: evidently, pageSize: 1 }, input)) {
    names.push(page[member].map((entry) => entry.name).join());
  }
  return names;
}

const storedEvents = async () => (await (await fetch(process.env.EVIDENTLY_EVENTS_URL)).json()).events;

const created = (await send("CreateProject", { name: project, description: "first", tags: { client: "js-v3" } })).project;
check("creates a project",
  created.name === project && created.description === "first" && created.tags.client === "js-v3", created);
check("reads its time", isNow(created.createdTime), created);
const got = (await send("GetProject", { project })).project;
check("gets it", isDeepStrictEqual(got, created), got);
let listed = await pages("ListProjects", "projects", {});
check("lists it", ["alpha", project, "omega"].every((name) => listed.includes(name)), listed);
let updated = (await send("UpdateProject", { project, description: "second" })).project;
check("updates it", updated.description === "second", updated);
let conflict = await raised("CreateProject", { name: project });
check("raises ConflictException", conflict instanceof sdk.ConflictException && conflict.resourceType === "project"
  && conflict.$metadata.httpStatusCode === 409, conflict);

const custom = JSON.stringify({ userDetails: { userId: "anna" }, details: { price: 9.5 } });
const evaluation = { feature: "f", entityId: "anna", variation: "v", type: "DEFAULT" };
const events = [
  { timestamp: new Date(1637368646468), type: "aws.evidently.custom", data: custom },
  { timestamp: new Date(1637368647000), type: "aws.evidently.evaluation", data: evaluation },
  { timestamp: new Date(1637368648000), type: "aws.evidently.evaluation", data: "{}" },
  { timestamp: new Date(1637368649500), type: "aws.evidently.custom", data: "{}" },
];
const ids = [];
for (const reference of [project, created.arn]) {
  const answer = await send("PutProjectEvents", { project: reference, events });
  const results = answer.eventResults;
  check(`puts 4 events to ${reference}, one of them faulty`, answer.failedEventCount === 1 && results.length === 4, answer);
  check("learns which one", results[2].errorCode === "ValidationException" && !results[2].eventId, results);
  const accepted = results.filter((_, index) => index !== 2).map((result) => result.eventId);
  check("gets ids for the others", accepted.every((id) => UUID.test(id)), accepted);
  ids.push(...accepted);
}
const stored = await storedEvents();
check("finds the events under their ids", isDeepStrictEqual(stored.map((event) => event.eventId), ids), stored);
check("finds data as it was sent",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.data), [custom, JSON.stringify(evaluation), "{}"]), stored);
check("finds times as they were sent",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.timestamp), [1637368646.468, 1637368647, 1637368649.5]), stored);

let missing = await raised("PutProjectEvents", { project: "nobody", events });
check("raises ResourceNotFoundException", missing instanceof sdk.ResourceNotFoundException && missing.$metadata.requestId, missing);
const tooMany = await raised("PutProjectEvents", { project, events: Array(51).fill(events[0]) });
check("raises ValidationException for 51 events",
  tooMany instanceof sdk.ValidationException && tooMany.fieldList[0].name === "events", tooMany);

const delivered = (await send("UpdateProjectDataDelivery", { project, cloudWatchLogs: { logGroup: "compat" } })).project;
check("delivers data", isDeepStrictEqual(delivered.dataDelivery, { cloudWatchLogs: { logGroup: "compat" } }), delivered);

const VALUES = {
  BOOLEAN: [{ boolValue: false }, { boolValue: true }],
  DOUBLE: [{ doubleValue: 0.5 }, { doubleValue: 1e100 }],
  LONG: [{ longValue: 0 }, { longValue: Number.MAX_SAFE_INTEGER }],
  STRING: [{ stringValue: "" }, { stringValue: "\u00e9" }],
};
let feature;
let answer;
for (const [kind, [old, now]] of Object.entries(VALUES)) {
  feature = (await send("CreateFeature", {
    project, name: kind, variations: [{ name: "old", value: old }, { name: "new", value: now }],
    entityOverrides: { anna: "new" }, tags: { client: "js-v3" },
  })).feature;
  check(`creates a feature of ${kind}`, feature.valueType === kind && feature.defaultVariation === "old"
    && isDeepStrictEqual(feature.variations[1], { name: "new", value: now }) && isNow(feature.createdTime), feature);
  answer = await send("EvaluateFeature", { project, feature: kind, entityId: "anna" });
  check("evaluates it to a value of its type", isDeepStrictEqual(answer.value, now) && answer.variation === "new"
    && answer.reason === "ENTITY_OVERRIDES_MATCH" && answer.details.toString() === "{}", answer);
}
check("gets a feature",
  isDeepStrictEqual((await send("GetFeature", { project, feature: "STRING" })).feature, feature), feature);
listed = await pages("ListFeatures", "features", { project });
check("lists features in pages", isDeepStrictEqual(listed, Object.keys(VALUES)), listed);
feature = (await send("UpdateFeature", {
  project, feature: "LONG", addOrUpdateVariations: [{ name: "newer", value: { longValue: -1 } }],
  defaultVariation: "new", removeVariations: ["old"], entityOverrides: {},
})).feature;
check("updates a feature", feature.variations.map((variation) => variation.name).join() === "new,newer"
  && feature.defaultVariation === "new" && isDeepStrictEqual(feature.entityOverrides, {}), feature);

const PATTERN = JSON.stringify({ country: ["NZ"] });
const SEGMENTS = [project, `${project}-2`];
let segment;
for (const name of SEGMENTS) {
  segment = (await send("CreateSegment", { name, pattern: PATTERN })).segment;
}
check("creates segments", segment.pattern.toString() === PATTERN && isNow(segment.createdTime), segment);
check("gets a segment", (await send("GetSegment", { segment: segment.arn })).segment.arn === segment.arn, segment);
listed = await pages("ListSegments", "segments", {});
check("lists segments in pages", SEGMENTS.every((name) => listed.includes(name)), listed);
const matches = [];
for (const country of ["NZ", "AU"]) {
  matches.push((await send("TestSegmentPattern", { pattern: PATTERN, payload: JSON.stringify({ country }) })).match);
}
check("tests patterns", isDeepStrictEqual(matches, [true, false]), matches);
const unmatchable = await raised("CreateSegment", { name: "unmatchable", pattern: '{"country":"NZ"}' });
check("raises ValidationException for a pattern", unmatchable instanceof sdk.ValidationException
  && unmatchable.reason === "fieldValidationFailed" && unmatchable.fieldList[0].name === "pattern", unmatchable);

const metricDefinition = {
  name: "price", entityIdKey: "userDetails.userId", valueKey: "details.price", unitLabel: "NZD",
  eventPattern: JSON.stringify({ "details.price": [{ exists: true }] }),
};
let launch;
for (const name of ["launch", "launch-2"]) {
  launch = (await send("CreateLaunch", {
    project, name, metricMonitors: [{ metricDefinition }],
    groups: ["old", "new"].map((group) => ({ name: group, feature: "BOOLEAN", variation: group })),
    scheduledSplitsConfig: { steps: [{
      startTime: new Date("2021-11-20T00:00:00Z"), groupWeights: { old: 100_000, new: 0 },
      segmentOverrides: [{ segment: project, evaluationOrder: 1, weights: { new: 100_000 } }],
    }] },
  })).launch;
}
const [step] = launch.scheduledSplitsDefinition.steps;
check("creates launches", launch.status === "CREATED" && launch.groups[1].featureVariations.BOOLEAN === "new"
  && launch.metricMonitors[0].metricDefinition.eventPattern.toString() === metricDefinition.eventPattern, launch);
check("reads the schedule", step.startTime.getTime() === 1637366400_000
  && `${step.segmentOverrides[0].segment}-2` === segment.arn, step);
const gotLaunch = (await send("GetLaunch", { project, launch: "launch-2" })).launch;
check("gets a launch", isDeepStrictEqual(gotLaunch.groups, launch.groups), gotLaunch);
listed = await pages("ListLaunches", "launches", { project, status: "CREATED" });
check("lists launches in pages", isDeepStrictEqual(listed, ["launch", "launch-2"]), listed);
updated = (await send("UpdateLaunch", { project, launch: "launch", description: "second" })).launch;
check("updates a launch", updated.description === "second", updated);
const running = (await send("StartLaunch", { project, launch: "launch" })).launch;
check("starts a launch", running.status === "RUNNING" && isNow(running.execution.startedTime), running);
answer = await send("EvaluateFeature", {
  project, feature: "BOOLEAN", entityId: "bob", evaluationContext: JSON.stringify({ country: "NZ" }),
});
check("evaluates by a launch", answer.value.boolValue === true && answer.reason === "LAUNCH_RULE_MATCH"
  && isDeepStrictEqual(JSON.parse(answer.details), { launch: "launch", group: "new" }), answer);
conflict = await raised("DeleteLaunch", { project, launch: "launch" });
check("raises ConflictException for a running launch", conflict instanceof sdk.ConflictException
  && conflict.resourceId === running.arn && conflict.resourceType === "launch", conflict);
const endedLaunch = await send("StopLaunch", { project, launch: "launch", desiredState: "CANCELLED", reason: "seen" });
check("stops a launch", isNow(endedLaunch.endedTime), endedLaunch);

let experiment;
for (const name of ["experiment", "experiment-2"]) {
  experiment = (await send("CreateExperiment", {
    project, name, segment: project,
    treatments: ["old", "new"].map((treatment) => ({ name: treatment, feature: "STRING", variation: treatment })),
    onlineAbConfig: { controlTreatmentName: "old", treatmentWeights: { old: 0, new: 100_000 } },
    metricGoals: [{ metricDefinition, desiredChange: "INCREASE" }],
  })).experiment;
}
check("creates experiments", experiment.status === "CREATED" && experiment.samplingRate === 100_000
  && experiment.onlineAbDefinition.controlTreatmentName === "old"
  && experiment.metricGoals[0].desiredChange === "INCREASE", experiment);
const gotExperiment = (await send("GetExperiment", { project, experiment: "experiment-2" })).experiment;
check("gets an experiment", isDeepStrictEqual(gotExperiment.treatments, experiment.treatments), gotExperiment);
listed = await pages("ListExperiments", "experiments", { project });
check("lists experiments in pages", isDeepStrictEqual(listed, ["experiment", "experiment-2"]), listed);
for (const type of ["LAUNCH", "EXPERIMENT"]) {
  const name = type.toLowerCase();
  listed = await pages("ListSegmentReferences", "referencedBy", { segment: project, type });
  check(`lists in pages each ${type} of a segment`, isDeepStrictEqual(listed, [name, `${name}-2`]), listed);
}
updated = (await send("UpdateExperiment", { project, experiment: "experiment", removeSegment: true })).experiment;
check("updates an experiment", updated.segment === undefined, updated);
const started = await send("StartExperiment", {
  project, experiment: "experiment", analysisCompleteTime: new Date(Date.now() + 7 * 24 * 3600_000),
});
check("starts an experiment", isNow(started.startedTime), started);
answer = await send("EvaluateFeature", { project, feature: "STRING", entityId: "bob" });
check("evaluates by an experiment", answer.value.stringValue === "\u00e9" && answer.reason === "EXPERIMENT_RULE_MATCH"
  && isDeepStrictEqual(JSON.parse(answer.details), { experiment: "experiment", treatment: "new" }), answer);
const { results } = await send("BatchEvaluateFeature", {
  project, requests: ["STRING", "DOUBLE", "missing"].map((name) => ({ entityId: "bob", feature: name })),
});
check("evaluates in batches", isDeepStrictEqual(results.map((result) => result.variation), ["new", "old", undefined])
  && results[1].feature === `${created.arn}/feature/DOUBLE`
  && results[2].reason.startsWith("Feature does not exist"), results);
const figures = await send("GetExperimentResults", {
  project, experiment: "experiment", metricNames: ["price"], treatmentNames: ["old", "new"],
});
check("asks for results", figures.details.startsWith("Not enough events to generate results: ")
  && figures.resultsData.length === 0, figures);
const ended = await send("StopExperiment", { project, experiment: "experiment" });
check("stops an experiment", isNow(ended.endedTime), ended);
const types = (await storedEvents()).slice(ids.length).map((event) => JSON.parse(event.data).type);
check("finds the evaluations", isDeepStrictEqual(types, [
  ...Array(4).fill("ENTITY_OVERRIDES_MATCH"), "LAUNCH_RULE_MATCH", "EXPERIMENT_RULE_MATCH", "EXPERIMENT_RULE_MATCH", "DEFAULT",
]), types);

for (const resourceArn of [created.arn, feature.arn, launch.arn, experiment.arn, segment.arn]) {
  await send("TagResource", { resourceArn, tags: { kept: "yes", gone: "soon" } });
  await send("UntagResource", { resourceArn, tagKeys: ["client", "gone"] });
  const { tags } = await send("ListTagsForResource", { resourceArn });
  check(`tags ${resourceArn.split(":").pop()}`, isDeepStrictEqual(tags, { kept: "yes" }), tags);
}

const used = await raised("DeleteProject", { project });
check("raises ConflictException for a project in use",
  used instanceof sdk.ConflictException && used.resourceType === "project", used);
for (const name of ["launch", "launch-2"]) await send("DeleteLaunch", { project, launch: name });
for (const name of ["experiment", "experiment-2"]) await send("DeleteExperiment", { project, experiment: name });
for (const name of Object.keys(VALUES)) await send("DeleteFeature", { project, feature: name });
for (const name of SEGMENTS) await send("DeleteSegment", { segment: name });
for (const [operation, input] of [
  ["GetLaunch", { project, launch: "launch" }],
  ["GetExperiment", { project, experiment: "experiment" }],
  ["GetFeature", { project, feature: "STRING" }],
  ["GetSegment", { segment: project }],
]) {
  const kind = operation.slice(3).toLowerCase();
  missing = await raised(operation, input);
  check(`raises ResourceNotFoundException for a deleted ${kind}`, missing instanceof sdk.ResourceNotFoundException
    && missing.resourceId.endsWith(`${kind}/${input[kind]}`) && missing.resourceType === kind, missing);
}

await send("DeleteProject", { project: created.arn });
const deleted = await raised("GetProject", { project });
check("deletes the project", deleted instanceof sdk.ResourceNotFoundException, deleted);
const uncalled = Object.keys(sdk).filter((name) => name.endsWith("Command") && name !== "$Command" && !called.has(name));
check("calls all 38 operations", uncalled.length === 0 && called.size === 38, uncalled);
