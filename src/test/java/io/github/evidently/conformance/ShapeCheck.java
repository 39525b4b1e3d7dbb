package io.github.evidently.conformance;

import io.github.evidently.conformance.ServiceModel.Member;
import io.github.evidently.conformance.ServiceModel.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Compares a value with a shape of the model.
 *
 * <p>Null counts as absent. Timestamps must be whole numbers, which every client reads.
 */
final class ShapeCheck {

    /** What is wrong with one member. */
    record Fault(String path, String text) {

        @Override
        public String toString() {
            return (path.isEmpty() ? "the value" : path) + " " + text;
        }
    }

    private final List<Fault> faults = new ArrayList<>();

    private ShapeCheck() {}

    /** All faults of the value; none when it is of the shape. */
    static List<Fault> faults(Shape shape, JsonNode value) {
        ShapeCheck check = new ShapeCheck();
        check.value("", shape, value);
        return check.faults;
    }

    private void value(String path, Shape shape, JsonNode value) {
        boolean rightKind = switch (shape.type()) {
            case STRUCTURE, MAP -> value.isObject();
            case LIST -> value.isArray();
            case STRING -> value.isString();
            case INTEGER, LONG, TIMESTAMP -> value.isIntegralNumber() && value.canConvertToLong();
            case DOUBLE -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
        };
        if (!rightKind) {
            fault(path, "is no " + shape.type() + " but " + value);
            return;
        }
        switch (shape.type()) {
            case STRUCTURE -> structure(path, shape, value);
            case LIST -> {
                bounds(path, "size", shape, value.size());
                for (int i = 0; i < value.size(); i++) {
                    value(join(path, Integer.toString(i)), shape.element(), value.get(i));
                }
            }
            case MAP -> {
                bounds(path, "size", shape, value.size());
                value.properties().forEach(entry -> {
                    text(join(path, entry.getKey()), shape.key(), entry.getKey());
                    value(join(path, entry.getKey()), shape.element(), entry.getValue());
                });
            }
            case STRING -> text(path, shape, value.stringValue());
            case INTEGER, LONG, TIMESTAMP -> bounds(path, "value", shape, value.longValue());
            case DOUBLE, BOOLEAN -> {
                // The model has no bounds for them.
            }
        }
    }

    private void structure(String path, Shape shape, JsonNode value) {
        int present = 0;
        for (Member member : shape.members().values()) {
            JsonNode given = value.path(member.name());
            if (!given.isMissingNode() && !given.isNull()) {
                present++;
                value(join(path, member.name()), member.shape(), given);
            } else if (member.required()) {
                fault(join(path, member.name()), "is required");
            }
        }
        value.propertyNames().stream()
                .filter(name -> !shape.members().containsKey(name))
                .forEach(name -> fault(join(path, name), "is not in the model"));
        if (shape.union() && present != 1) {
            fault(path, "has " + present + " members of a union");
        }
    }

    private void text(String path, Shape shape, String text) {
        bounds(path, "length", shape, text.codePointCount(0, text.length()));
        if (!shape.accepts(text)) {
            fault(path, "does not match " + shape.pattern() + ": " + text);
        }
        if (!shape.values().isEmpty() && !shape.values().contains(text)) {
            fault(path, "is not of the enumeration: " + text);
        }
    }

    private void bounds(String path, String what, Shape shape, long value) {
        if (isOutside(shape.min(), shape.max(), value)) {
            fault(path, "has the " + what + " " + value + ", not " + shape.min() + " to " + shape.max());
        }
    }

    private static boolean isOutside(@Nullable Long min, @Nullable Long max, long value) {
        return (min != null && value < min) || (max != null && value > max);
    }

    private void fault(String path, String text) {
        faults.add(new Fault(path, text));
    }

    static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
