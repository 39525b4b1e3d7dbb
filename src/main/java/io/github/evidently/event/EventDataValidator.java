package io.github.evidently.event;

import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.persistence.EventType;
import io.github.evidently.wire.JsonErrors;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks the {@code data} of an event: JSON text inside a JSON string.
 *
 * <p>An evaluation event has the strings {@code feature}, {@code entityId}, {@code variation} and {@code type} and may
 * have the objects {@code entityAttributes} and {@code details} (example in AWS's Smithy model); a custom event is any
 * object. Thread-safe.
 */
final class EventDataValidator {

    private static final String OBJECT_CONSTRAINT = "Member must be a string that holds a JSON object";
    private static final JsonFactory JSON = new JsonFactory();

    private final long sizeMax;

    EventDataValidator(DataSize sizeMax) {
        this.sizeMax = sizeMax.toBytes();
    }

    /**
     * The result of a check.
     *
     * @param text the JSON object
     * @param violations what is wrong with it; the text must not be used when there is one
     */
    record Checked(String text, List<ValidationExceptionField> violations) {

        boolean isValid() {
            return violations.isEmpty();
        }
    }

    /** Checks the text and removes one outer encoding as a JSON string, which the JavaScript SDK v2 adds. */
    Checked check(EventType type, String text) {
        return !mayBeLarger(text) && EventDataScanner.recognizes(type, text)
                ? new Checked(text, List.of())
                : parse(type, text);
    }

    /** Does the same with a JSON parser. */
    Checked parse(EventType type, String text) {
        String violation = textViolation(text);
        if (violation != null) {
            return invalid(text, violation);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.VALUE_STRING) {
                String inner = parser.getString();
                if (parser.nextToken() != null) {
                    return invalid(text, OBJECT_CONSTRAINT);
                }
                String innerViolation = textViolation(inner);
                return innerViolation == null ? checkInner(type, inner) : invalid(inner, innerViolation);
            }
            return checkObject(type, text, parser);
        } catch (JacksonException e) {
            return invalid(text, notJson(e));
        }
    }

    private Checked checkInner(EventType type, String text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            return checkObject(type, text, parser);
        } catch (JacksonException e) {
            return invalid(text, notJson(e));
        }
    }

    private Checked checkObject(EventType type, String text, JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return invalid(text, OBJECT_CONSTRAINT);
        }
        List<ValidationExceptionField> violations = switch (type) {
            case EVALUATION -> evaluationViolations(parser);
            case CUSTOM -> {
                parser.skipChildren();
                yield List.of();
            }
        };
        if (parser.nextToken() != null) {
            return invalid(text, OBJECT_CONSTRAINT);
        }
        // After the syntax check, so that the size is that of the text which would be stored.
        return isLarger(text)
                ? invalid(text, "Member must have at most " + sizeMax + " bytes of UTF-8")
                : new Checked(text, violations);
    }

    private static List<ValidationExceptionField> evaluationViolations(JsonParser parser) {
        JsonToken feature = null;
        JsonToken entityId = null;
        JsonToken variation = null;
        JsonToken type = null;
        JsonToken entityAttributes = null;
        JsonToken details = null;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "feature" -> feature = value;
                case "entityId" -> entityId = value;
                case "variation" -> variation = value;
                case "type" -> type = value;
                case "entityAttributes" -> entityAttributes = value;
                case "details" -> details = value;
                default -> {
                    // Free to the client.
                }
            }
            parser.skipChildren();
        }
        if (isString(feature)
                && isString(entityId)
                && isString(variation)
                && isString(type)
                && isObjectOrAbsent(entityAttributes)
                && isObjectOrAbsent(details)) {
            return List.of();
        }
        List<ValidationExceptionField> violations = new ArrayList<>();
        requireString(violations, "feature", feature);
        requireString(violations, "entityId", entityId);
        requireString(violations, "variation", variation);
        requireString(violations, "type", type);
        requireObjectOrAbsent(violations, "entityAttributes", entityAttributes);
        requireObjectOrAbsent(violations, "details", details);
        return violations;
    }

    private static boolean isString(@Nullable JsonToken value) {
        return value == JsonToken.VALUE_STRING;
    }

    private static boolean isObjectOrAbsent(@Nullable JsonToken value) {
        return value == null || value == JsonToken.VALUE_NULL || value == JsonToken.START_OBJECT;
    }

    private static void requireString(
            List<ValidationExceptionField> violations, String name, @Nullable JsonToken value) {
        if (!isString(value)) {
            boolean absent = value == null || value == JsonToken.VALUE_NULL;
            violations.add(new ValidationExceptionField(
                    "data." + name, absent ? "Member must not be null" : "Member must be a string"));
        }
    }

    private static void requireObjectOrAbsent(
            List<ValidationExceptionField> violations, String name, @Nullable JsonToken value) {
        if (!isObjectOrAbsent(value)) {
            violations.add(new ValidationExceptionField("data." + name, "Member must be an object"));
        }
    }

    /** Returns what is wrong with a text with a lone surrogate. It has no UTF-8 form: storing the text would change it. */
    private static @Nullable String textViolation(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return "Member must not have a lone surrogate";
                }
                i++;
            }
        }
        return null;
    }

    /**
     * Tells whether the text may be larger than allowed. No character takes more than three bytes of UTF-8 (a surrogate
     * pair takes four, two for each).
     */
    private boolean mayBeLarger(String text) {
        return text.length() * 3L > sizeMax;
    }

    private boolean isLarger(String text) {
        if (!mayBeLarger(text)) {
            return false;
        }
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes > sizeMax;
    }

    private static Checked invalid(String text, String violation) {
        return new Checked(text, List.of(new ValidationExceptionField("data", violation)));
    }

    private static String notJson(JacksonException exception) {
        return OBJECT_CONSTRAINT + ": " + JsonErrors.detail(exception);
    }
}
