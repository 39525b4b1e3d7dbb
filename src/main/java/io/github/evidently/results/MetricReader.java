package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads what a metric measures from the data of custom events. */
final class MetricReader {

    /** Larger numbers measure nothing, and their squares would not be numbers any more. */
    private static final double VALUE_MAX = 1e100;

    private static final JsonFactory JSON = new JsonFactory();

    private final MetricDefinition metric;
    private final @Nullable EventPattern pattern;

    /** @throws IllegalArgumentException when the pattern is not one; it was one when the experiment was made */
    MetricReader(MetricDefinition metric) {
        this.metric = metric;
        try {
            this.pattern = metric.eventPattern() == null ? null : EventPattern.parse(metric.eventPattern());
        } catch (InvalidPatternException e) {
            throw new IllegalArgumentException("the event pattern of metric " + metric.name() + " is not one", e);
        }
    }

    /** What one event says. */
    record Sample(String entity, double value) {}

    /**
     * The entity and the value of an event.
     *
     * @param data a JSON object as text
     * @return null when the event is not of this metric: it does not match the pattern, or it lacks an entity (a string or a
     *     number) or a number as value
     */
    @Nullable
    Sample read(String data) {
        Reading reading = new Reading();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
            parser.nextToken();
            reading.readObject(parser, "");
        }
        return reading.entity == null || !(Math.abs(reading.value) <= VALUE_MAX) || !matches(data)
                ? null
                : new Sample(reading.entity, reading.value);
    }

    private boolean matches(String data) {
        try {
            return pattern == null || pattern.matches(data);
        } catch (ValidationException | IllegalArgumentException e) {
            return false; // Too many combinations to be tried, or something that the ruler cannot read.
        }
    }

    /** One pass over an event's data; of names that stand twice in an object the last counts. */
    private final class Reading {

        private @Nullable String entity;
        private double value = Double.NaN;

        private void readObject(JsonParser parser, String parent) {
            for (String name; (name = parser.nextName()) != null; ) {
                // Names with dots stand for nested ones, as in patterns.
                String path = parent.isEmpty() ? name : parent + "." + name;
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_OBJECT
                        && (isOnWay(path, metric.entityIdKey()) || isOnWay(path, metric.valueKey()))) {
                    readObject(parser, path);
                } else {
                    if (path.equals(metric.entityIdKey())) {
                        entity = token == JsonToken.VALUE_STRING || token.isNumeric() ? parser.getString() : null;
                    }
                    if (path.equals(metric.valueKey())) {
                        value = token.isNumeric() ? parser.getDoubleValue() : Double.NaN;
                    }
                    parser.skipChildren();
                }
            }
        }

        private static boolean isOnWay(String path, String key) {
            return key.length() > path.length() && key.charAt(path.length()) == '.' && key.startsWith(path);
        }
    }
}
