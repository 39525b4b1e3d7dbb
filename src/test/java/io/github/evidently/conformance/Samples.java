package io.github.evidently.conformance;

import static java.util.Map.entry;

import io.github.evidently.conformance.ServiceModel.Member;
import io.github.evidently.conformance.ServiceModel.Operation;
import io.github.evidently.conformance.ServiceModel.Shape;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Valid requests with every member that the model has, made from the model and the few values that must mean something.
 *
 * <p>A request holds all of its members in one object, whether they travel in the path, the query or the body. Where a
 * member excludes others or is an enumeration, each variant of a request has another one.
 */
final class Samples {

    /** So many that each kind of value, each status and each kind of resource with tags has its turn. */
    static final int VARIANTS = 5;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Only one of these may be given at a time (API reference). */
    private static final List<String> ALTERNATIVES = List.of("cloudWatchLogs", "s3Destination");

    /** Lists of more than one element: an experiment compares at least two treatments of two variations. */
    private static final Map<String, Integer> SIZES = Map.of("TreatmentConfigList", 2, "VariationConfigsList", 2);

    private interface Value {
        Object of(Fixture fixture, Place place);
    }

    /**
     * Where a value is needed.
     *
     * @param ordinal one more than the index in the list around it; 1 outside of lists
     */
    private record Place(Operation operation, int variant, int ordinal) {}

    /** Values that must mean something, by path in an operation's request or by shape; the path comes first. */
    private static final Map<String, Value> VALUES = Map.ofEntries(
            entry("CreateProject.name", (fixture, _) -> fixture.freshName()),
            entry("CreateFeature.name", (fixture, _) -> fixture.freshName()),
            entry("CreateLaunch.name", (fixture, _) -> fixture.freshName()),
            entry("CreateExperiment.name", (fixture, _) -> fixture.freshName()),
            entry("CreateSegment.name", (fixture, _) -> fixture.freshName()),
            entry("StopLaunch.launch", (fixture, _) -> fixture.runningLaunch()),
            entry("StopExperiment.experiment", (fixture, _) -> fixture.runningExperiment()),
            entry("GetExperimentResults.experiment", (fixture, _) -> fixture.runningExperiment()),
            entry("GetExperimentResults.startTime", (_, _) -> in(Duration.ZERO)),
            // Removing what is not there is no fault (observed); removing what is in use would be one.
            entry("UpdateFeature.removeVariations.0", (_, _) -> "gone"),
            entry("UpdateExperiment.removeSegment", (_, _) -> false),
            entry("ProjectRef", (fixture, _) -> fixture.project()),
            entry("FeatureName", (fixture, _) -> fixture.feature()),
            entry("LaunchName", (fixture, _) -> fixture.launch()),
            entry("ExperimentName", (fixture, _) -> fixture.experiment()),
            entry("SegmentRef", (fixture, _) -> fixture.segment()),
            entry("Arn", (fixture, place) -> fixture.taggedArn(place.variant())),
            entry("NextToken", (fixture, place) -> fixture.nextToken(place.operation())),
            // Short, because 2,500 overrides must stay within 40 KB.
            entry("EntityId", (_, _) -> "e"),
            entry("VariationName", (_, place) -> "v" + place.ordinal()),
            entry("TreatmentName", (_, place) -> "treatment" + place.ordinal()),
            entry("GroupName", (_, place) -> "group" + place.ordinal()),
            entry("GroupToWeightMap", (_, _) -> Map.of("group1", 100_000)),
            entry("TreatmentToWeightMap", (_, _) -> Map.of("treatment1", 50_000, "treatment2", 50_000)),
            entry("SegmentPattern", (_, _) -> "{\"Browser\":[\"Chrome\"]}"),
            entry("MetricDefinitionConfigEventPatternString", (_, _) -> "{\"details.price\":[{\"exists\":true}]}"),
            entry("JsonValue", (_, _) -> "{}"),
            entry(
                    "PutProjectEvents.events.0.data",
                    (_, _) -> "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"DEFAULT\"}"),
            entry("Timestamp", (_, _) -> in(Duration.ofHours(1))));

    private final Operation operation;
    private final Fixture fixture;
    private final int variant;

    private Samples(Operation operation, Fixture fixture, int variant) {
        this.operation = operation;
        this.fixture = fixture;
        this.variant = variant;
    }

    /** A valid request. */
    static ObjectNode request(Operation operation, Fixture fixture, int variant) {
        return (ObjectNode) new Samples(operation, fixture, variant).value("", operation.input(), 1);
    }

    private JsonNode value(String path, Shape shape, int ordinal) {
        Value chosen = VALUES.getOrDefault(operation.name() + "." + path, VALUES.get(shape.name()));
        if (chosen != null) {
            return MAPPER.valueToTree(chosen.of(fixture, new Place(operation, variant, ordinal)));
        }
        return switch (shape.type()) {
            case STRUCTURE -> structure(path, shape, ordinal);
            case LIST -> {
                ArrayNode list = JSON.arrayNode();
                for (int i = 0; i < SIZES.getOrDefault(shape.name(), 1); i++) {
                    list.add(value(ShapeCheck.join(path, Integer.toString(i)), shape.element(), i + 1));
                }
                yield list;
            }
            case MAP -> {
                String key = value(path, shape.key(), ordinal).stringValue();
                yield JSON.objectNode().set(key, value(ShapeCheck.join(path, key), shape.element(), ordinal));
            }
            case STRING -> JSON.stringNode(text(shape));
            case INTEGER, LONG -> JSON.numberNode(shape.max() == null ? 1 : shape.max());
            case DOUBLE -> JSON.numberNode(1.5);
            case BOOLEAN -> JSON.booleanNode(true);
            case TIMESTAMP -> throw new IllegalStateException("timestamps have a value of their own");
        };
    }

    private ObjectNode structure(String path, Shape shape, int ordinal) {
        List<String> alternatives = shape.members().keySet().stream()
                .filter(name -> shape.union() || ALTERNATIVES.contains(name))
                .toList();
        ObjectNode structure = JSON.objectNode();
        for (Member member : shape.members().values()) {
            if (!alternatives.contains(member.name())
                    || alternatives.get(variant % alternatives.size()).equals(member.name())) {
                structure.set(member.name(), value(ShapeCheck.join(path, member.name()), member.shape(), ordinal));
            }
        }
        return structure;
    }

    private String text(Shape shape) {
        return shape.values().isEmpty()
                ? "sample"
                : shape.values().get(variant % shape.values().size());
    }

    /**
     * A text of that length in the place of a valid one; null when none of that length can be valid.
     *
     * @param length 0 for the empty text, valid or not
     */
    static @Nullable String ofLength(Shape shape, String valid, long length) {
        boolean growsFromItself = valid.startsWith("{") || !shape.accepts("a".repeat(8));
        if (length == 0 || !growsFromItself) {
            return "a".repeat((int) length);
        }
        // JSON takes white space, and an ARN any name at its end.
        String padding = valid.startsWith("{") ? " " : "a";
        return length < valid.length() ? null : valid + padding.repeat((int) length - valid.length());
    }

    private static long in(Duration duration) {
        return Clock.systemUTC().instant().plus(duration).getEpochSecond();
    }
}
