package io.github.evidently.event;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.wire.EpochSeconds;
import io.github.evidently.wire.JsonErrors;
import io.github.evidently.wire.RequestJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads the body of PutProjectEvents (model shape {@code PutProjectEventsRequest}) token by token into events.
 *
 * <p>This is the hot path: it uses no tree and no reflection, and allocates no objects but the events. Thread-safe.
 */
final class EventParser {

    /** The most entries of one request (model shape {@code EventList}). */
    static final int EVENTS_MAX = 50;

    private static final String MISSING = "Member must not be null";
    private static final String EVENTS_CONSTRAINT = "Member must be a list of objects";
    private static final String DATA_CONSTRAINT = "Member must be a string that holds a JSON object";
    private static final String TYPE_CONSTRAINT =
            "Member must satisfy enum value set: [aws.evidently.evaluation, aws.evidently.custom]";

    // NaN is not JSON, but Python writes it: as a timestamp it fails its entry, anywhere else the request.
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final EventDataValidator dataValidator;

    EventParser(EventDataValidator dataValidator) {
        this.dataValidator = dataValidator;
    }

    /**
     * Reads a whole body.
     *
     * @param body UTF-8
     * @return 0 to 50 entries, in the order of the request
     * @throws ValidationException when the body is not one JSON object, or its {@code events} is not a list of at most
     *     50 objects; violations inside an entry are part of the result
     */
    List<Entry> parse(byte[] body) {
        try (JsonParser parser = RequestJson.parser(JSON, body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw ValidationException.cannotParse("The request body must be one JSON object");
            }
            List<Entry> entries = null;
            for (String name; (name = parser.nextName()) != null; ) {
                JsonToken value = parser.nextToken();
                if (!name.equals("events")) {
                    skip(parser);
                } else if (entries != null) {
                    throw ValidationException.cannotParse("The request body has the member 'events' twice");
                } else if (value == JsonToken.START_ARRAY) {
                    entries = parseEntries(parser);
                } else {
                    throw ValidationException.field("events", violation(value, EVENTS_CONSTRAINT));
                }
            }
            if (parser.nextToken() != null) {
                throw ValidationException.cannotParse("The request body has more after its JSON object");
            }
            if (entries == null) {
                throw ValidationException.field("events", MISSING);
            }
            return entries;
        } catch (JacksonException e) {
            throw JsonErrors.cannotParse(e);
        }
    }

    private List<Entry> parseEntries(JsonParser parser) {
        List<Entry> entries = new ArrayList<>(EVENTS_MAX);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw ValidationException.field("events." + entries.size(), "Member must be an object");
            }
            if (entries.size() == EVENTS_MAX) {
                throw ValidationException.field(
                        "events", "Member must have length less than or equal to " + EVENTS_MAX);
            }
            entries.add(parseEntry(parser));
        }
        return entries;
    }

    private Entry parseEntry(JsonParser parser) {
        String data = null;
        EventType type = null;
        long timestampMillis = 0;
        String dataViolation = MISSING;
        String timestampViolation = MISSING;
        String typeViolation = MISSING;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken value = parser.nextToken();
            switch (name) {
                case "data" -> {
                    data = value == JsonToken.VALUE_STRING ? parser.getString() : null;
                    dataViolation = data == null ? violation(value, DATA_CONSTRAINT) : null;
                    skip(parser);
                }
                case "timestamp" -> {
                    OptionalLong millis = EpochSeconds.parseMillis(parser);
                    timestampMillis = millis.orElse(0);
                    timestampViolation = millis.isEmpty() ? violation(value, EpochSeconds.constraint(parser)) : null;
                    if (value.isStructStart()) {
                        skip(parser);
                    }
                }
                case "type" -> {
                    type = value == JsonToken.VALUE_STRING
                            ? EventType.find(parser.getString()).orElse(null)
                            : null;
                    typeViolation = type == null ? violation(value, TYPE_CONSTRAINT) : null;
                    skip(parser);
                }
                default -> skip(parser);
            }
        }
        EventDataValidator.Checked checked = data == null || type == null ? null : dataValidator.check(type, data);
        if (checked != null && checked.isValid() && timestampViolation == null && type != null) {
            Instant timestamp = Instant.ofEpochMilli(timestampMillis);
            return new Entry.Valid(new ProjectEvent(type, timestamp, checked.text()));
        }
        List<ValidationExceptionField> violations = new ArrayList<>();
        addViolation(violations, "timestamp", timestampViolation);
        addViolation(violations, "type", typeViolation);
        addViolation(violations, "data", dataViolation);
        if (checked != null) {
            violations.addAll(checked.violations());
        }
        return new Entry.Invalid(type, violations, data);
    }

    private static String violation(JsonToken value, String constraint) {
        return value == JsonToken.VALUE_NULL ? MISSING : constraint;
    }

    private static void addViolation(
            List<ValidationExceptionField> violations, String name, @Nullable String violation) {
        if (violation != null) {
            violations.add(new ValidationExceptionField(name, violation));
        }
    }

    /** Skips the current value. Unlike the parser's own method it does not accept NaN. */
    private static void skip(JsonParser parser) {
        int depth = 0;
        for (JsonToken token = parser.currentToken(); ; token = parser.nextToken()) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
                throw ValidationException.cannotParse("The request body is not valid JSON: it has a NaN or Infinity");
            }
            if (depth == 0) {
                return;
            }
        }
    }
}
