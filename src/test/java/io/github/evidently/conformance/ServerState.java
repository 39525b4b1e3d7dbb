package io.github.evidently.conformance;

import io.github.evidently.conformance.ServiceModel.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Everything that the server has, as its Get and List operations and its event count tell. */
final class ServerState {

    private final ServiceModel model;
    private final EvidentlyClient client;
    private final List<Operation> built;

    ServerState(ServiceModel model, EvidentlyClient client, List<Operation> built) {
        this.model = model;
        this.client = client;
        this.built = built;
    }

    /** What there is, by operation and names. */
    Map<String, JsonNode> read() {
        Map<String, JsonNode> state = new TreeMap<>();
        state.put("events", client.inspect("GET", "/_evidently/events/count"));
        for (String project : list(state, "ListProjects", request())) {
            ObjectNode of = request().put("project", project);
            get(state, "GetProject", of);
            read(state, "ListFeatures", "GetFeature", "feature", of);
            read(state, "ListLaunches", "GetLaunch", "launch", of);
            read(state, "ListExperiments", "GetExperiment", "experiment", of);
        }
        read(state, "ListSegments", "GetSegment", "segment", request());
        return state;
    }

    private void read(Map<String, JsonNode> state, String list, String get, String label, ObjectNode request) {
        for (String name : list(state, list, request)) {
            get(state, get, request.deepCopy().put(label, name));
        }
    }

    private void get(Map<String, JsonNode> state, String name, ObjectNode request) {
        Operation operation = model.operation(name);
        if (built.contains(operation)) {
            state.put(name + " " + request, client.succeed(operation, request));
        }
    }

    /** Returns the names of all that a list operation lists. */
    private List<String> list(Map<String, JsonNode> state, String name, ObjectNode first) {
        List<String> names = new ArrayList<>();
        Operation operation = model.operation(name);
        if (built.contains(operation)) {
            ObjectNode request = first.deepCopy();
            JsonNode page;
            do {
                page = client.succeed(operation, request);
                state.put(name + " " + request, page);
                page.forEach(member -> member.valueStream()
                        .forEach(one -> names.add(one.path("name").stringValue())));
                request.put("nextToken", page.path("nextToken").asString(""));
            } while (page.path("nextToken").isString());
        }
        return names;
    }

    private static ObjectNode request() {
        return JsonNodeFactory.instance.objectNode();
    }
}
