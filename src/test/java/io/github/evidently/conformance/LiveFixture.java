package io.github.evidently.conformance;

import io.github.evidently.conformance.ServiceModel.Operation;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Things on the running server, each made with all of its members when it is first asked for. */
final class LiveFixture implements Fixture {

    /** What a list lists is made by this operation. */
    private static final Map<String, String> CREATORS = Map.of(
            "ListProjects", "CreateProject",
            "ListFeatures", "CreateFeature",
            "ListLaunches", "CreateLaunch",
            "ListExperiments", "CreateExperiment",
            "ListSegments", "CreateSegment");

    private final ServiceModel model;
    private final EvidentlyClient client;
    private final AtomicInteger names;
    private final int variant;
    private final Map<String, String> made = new HashMap<>();
    private final Map<String, String> arns = new HashMap<>();

    /**
     * @param names counts the names given so far on this server
     * @param variant of the requests that make the things
     */
    LiveFixture(ServiceModel model, EvidentlyClient client, AtomicInteger names, int variant) {
        this.model = model;
        this.client = client;
        this.names = names;
        this.variant = variant;
    }

    @Override
    public String freshName() {
        return "name" + names.incrementAndGet();
    }

    @Override
    public String project() {
        return once("project", () -> create("CreateProject"));
    }

    @Override
    public String feature() {
        return once("feature", () -> create("CreateFeature"));
    }

    @Override
    public String segment() {
        return once("segment", () -> create("CreateSegment"));
    }

    @Override
    public String launch() {
        return once("launch", () -> create("CreateLaunch"));
    }

    @Override
    public String experiment() {
        return once("experiment", () -> create("CreateExperiment"));
    }

    @Override
    public String runningLaunch() {
        return once("running launch", () -> {
            call("StartLaunch");
            return launch();
        });
    }

    @Override
    public String runningExperiment() {
        return once("running experiment", () -> {
            call("StartExperiment");
            return experiment();
        });
    }

    @Override
    public String taggedArn(int variant) {
        String name = switch (variant) {
            case 0 -> project();
            case 1 -> feature();
            case 2 -> launch();
            case 3 -> experiment();
            default -> segment();
        };
        return arns.get(name);
    }

    @Override
    public String nextToken(Operation list) {
        String creator = CREATORS.getOrDefault(list.name(), variant % 2 == 0 ? "CreateExperiment" : "CreateLaunch");
        create(creator);
        create(creator);
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("maxResults", 1);
        for (ServiceModel.Member member : list.input().members().values()) {
            switch (member.name()) {
                case "project" -> request.put("project", project());
                case "segment" -> request.put("segment", segment());
                case "type" -> request.put("type", creator.equals("CreateLaunch") ? "LAUNCH" : "EXPERIMENT");
                default -> {
                    // Filters stay away.
                }
            }
        }
        JsonNode token = client.succeed(list, request).path("nextToken");
        if (!token.isString()) {
            throw new AssertionError(list + " has two elements and no token after the first");
        }
        return token.stringValue();
    }

    private String once(String key, Supplier<String> maker) {
        String known = made.get(key);
        if (known == null) {
            known = maker.get();
            made.put(key, known);
        }
        return known;
    }

    /** Makes another thing and returns its name. */
    private String create(String creator) {
        JsonNode thing = call(creator).iterator().next();
        String name = thing.path("name").stringValue();
        arns.put(name, thing.path("arn").stringValue());
        return name;
    }

    private JsonNode call(String name) {
        Operation operation = model.operation(name);
        return client.succeed(operation, Samples.request(operation, this, variant));
    }
}
