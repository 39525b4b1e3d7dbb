// The story of src/compat with the AWS SDK for JavaScript v3.
import {
  ConflictException, CreateFeatureCommand, CreateProjectCommand, DeleteProjectCommand, EvidentlyClient, GetProjectCommand,
  PutProjectEventsCommand, ResourceNotFoundException, UpdateProjectCommand, ValidationException, paginateListProjects,
} from "@aws-sdk/client-evidently";
import { isDeepStrictEqual } from "node:util";

const endpoint = process.env.EVIDENTLY_ENDPOINT;
const project = "compat-js-v3";
const evidently = new EvidentlyClient({
  endpoint,
  // Without it the SDK calls dataplane.localhost, which not every system resolves.
  disableHostPrefix: true,
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

const send = (command) => evidently.send(command);
const raised = (command) => send(command).catch((e) => e);

const created = (await send(
  new CreateProjectCommand({ name: project, description: "first", tags: { client: "js-v3" } }))).project;
check("creates a project",
  created.name === project && created.description === "first" && created.tags.client === "js-v3", created);
check("reads its time", Math.abs(created.createdTime - new Date()) < 60_000, created);
const got = (await send(new GetProjectCommand({ project }))).project;
check("gets it", isDeepStrictEqual(got, created), got);
const pages = [];
for await (const page of paginateListProjects({ client: evidently, pageSize: 1 }, {})) {
  pages.push(page.projects.map((summary) => summary.name).join());
}
check("lists it", ["alpha", project, "omega"].every((name) => pages.includes(name)), pages);
const updated = (await send(new UpdateProjectCommand({ project, description: "second" }))).project;
check("updates it", updated.description === "second", updated);
const conflict = await raised(new CreateProjectCommand({ name: project }));
check("raises ConflictException", conflict instanceof ConflictException && conflict.resourceType === "project"
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
  const answer = await send(new PutProjectEventsCommand({ project: reference, events }));
  const results = answer.eventResults;
  check(`puts 4 events to ${reference}, one of them faulty`, answer.failedEventCount === 1 && results.length === 4, answer);
  check("learns which one", results[2].errorCode === "ValidationException" && !results[2].eventId, results);
  const accepted = results.filter((_, index) => index !== 2).map((result) => result.eventId);
  check("gets ids for the others", accepted.every((id) => UUID.test(id)), accepted);
  ids.push(...accepted);
}
const stored = (await (await fetch(process.env.EVIDENTLY_EVENTS_URL)).json()).events;
check("finds the events under their ids", isDeepStrictEqual(stored.map((event) => event.eventId), ids), stored);
check("finds data as it was sent",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.data), [custom, JSON.stringify(evaluation), "{}"]), stored);
check("finds times as they were sent",
  isDeepStrictEqual(stored.slice(0, 3).map((event) => event.timestamp), [1637368646.468, 1637368647, 1637368649.5]), stored);

const missing = await raised(new PutProjectEventsCommand({ project: "nobody", events }));
check("raises ResourceNotFoundException", missing instanceof ResourceNotFoundException && missing.$metadata.requestId, missing);
const tooMany = await raised(new PutProjectEventsCommand({ project, events: Array(51).fill(events[0]) }));
check("raises ValidationException for 51 events",
  tooMany instanceof ValidationException && tooMany.fieldList[0].name === "events", tooMany);
const unbuilt = await raised(
  new CreateFeatureCommand({ project, name: "f", variations: [{ name: "v", value: { boolValue: true } }] }));
check("learns that CreateFeature is not built",
  unbuilt instanceof ValidationException && unbuilt.message.includes("CreateFeature"), unbuilt);

await send(new DeleteProjectCommand({ project: created.arn }));
const deleted = await raised(new GetProjectCommand({ project }));
check("deletes the project", deleted instanceof ResourceNotFoundException, deleted);
