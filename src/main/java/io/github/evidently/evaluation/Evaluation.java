package io.github.evidently.evaluation;

import io.github.evidently.feature.Feature;
import io.github.evidently.feature.VariableValue;
import io.github.evidently.feature.Variation;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of an evaluation and its reason. All entities that get the same result for the same reason share one
 * object, which holds everything that can be serialized beforehand. Immutable.
 */
final class Evaluation {

    private static final JsonMapper MAPPER = new JsonMapper();

    /** The values that {@code reason} has on the wire (service model). */
    enum Reason {
        DEFAULT,
        LAUNCH_RULE_MATCH,
        EXPERIMENT_RULE_MATCH,
        ENTITY_OVERRIDES_MATCH
    }

    private final Variation variation;
    private final Reason reason;
    private final String details;
    private final byte[] answer;
    private final String eventHead;
    private final String eventTail;

    private Evaluation(Feature feature, Variation variation, Reason reason, Map<String, String> details, String salt) {
        this.variation = variation;
        this.reason = reason;
        this.details = MAPPER.writeValueAsString(details);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
            json.writeStartObject();
            writeMembers(json);
            json.writeEndObject();
        }
        this.answer = bytes.toByteArray();
        Map<String, String> withSalt = new LinkedHashMap<>(details);
        if (!details.isEmpty()) {
            withSalt.put("salt", salt);
        }
        this.eventHead = "{\"feature\":\"" + feature.name() + "\",\"entityId\":";
        this.eventTail = ",\"variation\":\"" + variation.name() + "\",\"type\":\"" + reason + "\",\"details\":"
                + MAPPER.writeValueAsString(withSalt) + "}";
    }

    /** Returns the result when neither a launch nor an experiment decided. */
    static Evaluation of(Feature feature, Variation variation, Reason reason) {
        return new Evaluation(feature, variation, reason, Map.of(), "");
    }

    static Evaluation ofLaunch(Feature feature, Variation variation, String launch, String group, String salt) {
        return new Evaluation(
                feature, variation, Reason.LAUNCH_RULE_MATCH, details("launch", launch, "group", group), salt);
    }

    static Evaluation ofExperiment(
            Feature feature, Variation variation, String experiment, String treatment, String salt) {
        return new Evaluation(
                feature,
                variation,
                Reason.EXPERIMENT_RULE_MATCH,
                details("experiment", experiment, "treatment", treatment),
                salt);
    }

    /** Returns the members in this order, as observed. */
    private static Map<String, String> details(String kind, String name, String partKind, String part) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put(kind, name);
        details.put(partKind, part);
        return details;
    }

    Variation variation() {
        return variation;
    }

    Reason reason() {
        return reason;
    }

    /** Returns a JSON object as text: {@code {}}, or what decided, as in {@code {"launch":"l","group":"g"}}. */
    String details() {
        return details;
    }

    /** Returns model shape {@code EvaluateFeatureResponse} as JSON; callers must not change the array. */
    byte[] answer() {
        return answer;
    }

    /** Writes the members of {@code EvaluateFeatureResponse}, which those of {@code EvaluationResult} include. */
    void writeMembers(JsonGenerator json) {
        json.writeStringProperty("details", details);
        json.writeStringProperty("reason", reason.name());
        json.writeObjectPropertyStart("value");
        VariableValue value = variation.value();
        if (value.boolValue() != null) {
            json.writeBooleanProperty("boolValue", value.boolValue());
        } else if (value.doubleValue() != null) {
            json.writeNumberProperty("doubleValue", value.doubleValue());
        } else if (value.longValue() != null) {
            json.writeNumberProperty("longValue", value.longValue());
        } else {
            json.writeStringProperty("stringValue", value.stringValue());
        }
        json.writeEndObject();
        json.writeStringProperty("variation", variation.name());
    }

    /**
     * Returns the data of the evaluation event, in the form of the example in AWS's model.
     *
     * @param context a JSON object as text
     */
    String eventData(String entityId, String context) {
        StringBuilder data = new StringBuilder(eventHead.length() + eventTail.length() + entityId.length() + 64);
        data.append(eventHead).append('"');
        JsonStringEncoder.getInstance().quoteAsString(entityId, data);
        data.append("\",\"entityAttributes\":");
        EntityAttributes.append(context, data);
        return data.append(eventTail).toString();
    }
}
