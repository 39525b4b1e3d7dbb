package io.github.evidently.pattern;

import io.github.evidently.error.ValidationException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.event.ruler.GenericMachine;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Several patterns, matched at once: an event is read once, however many there are. Immutable and thread-safe.
 *
 * <p>AWS's own open-source ruler does the matching.
 */
public final class EventPatterns {

    /** How many ways the values of an event's lists may combine to match. */
    static final int COMBINATIONS_MAX = 10_000;

    private static final JsonFactory JSON = new JsonFactory();

    private final GenericMachine<String> machine =
            GenericMachine.<String>builder().build();

    /** Of each pattern, what it asks for. */
    private final List<Set<String>> fields;

    private final Set<String> allFields;

    /** @throws IOException when the ruler does not take a pattern */
    EventPatterns(Map<String, EventPattern> patterns) throws IOException {
        for (Map.Entry<String, EventPattern> pattern : patterns.entrySet()) {
            machine.addRule(pattern.getKey(), pattern.getValue().text());
        }
        this.fields = patterns.values().stream().map(EventPattern::fields).toList();
        this.allFields = fields.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    /** Those patterns, by their names. */
    public static EventPatterns of(Map<String, EventPattern> patterns) {
        try {
            return new EventPatterns(patterns);
        } catch (IOException e) {
            throw new IllegalStateException("each of them was read before", e);
        }
    }

    /**
     * The names of the patterns that a JSON object matches.
     *
     * @param json a JSON object as text
     * @throws ValidationException when the values of its lists, those of fields that a pattern asks for, make more than
     *     10,000 combinations
     */
    public List<String> matching(String json) {
        if (json.indexOf('[') >= 0) {
            requireFewCombinations(json);
        }
        try {
            return machine.rulesForJSONEvent(json);
        } catch (Exception e) {
            throw new IllegalArgumentException("not a JSON object", e);
        }
    }

    /** The ruler tries every combination of values that match: three lists of a hundred would take it seconds. */
    private void requireFewCombinations(String json) {
        Map<String, Integer> valuesByField = new HashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            countValues(parser, "", valuesByField);
        }
        for (Set<String> ofPattern : fields) {
            long combinations = 1;
            for (String field : ofPattern) {
                combinations *= valuesByField.getOrDefault(field, 1);
                if (combinations > COMBINATIONS_MAX) {
                    throw ValidationException.other("The lists have more than " + COMBINATIONS_MAX
                            + " combinations of values to match with a pattern");
                }
            }
        }
    }

    private void countValues(JsonParser parser, String path, Map<String, Integer> valuesByField) {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                for (String name; (name = parser.nextName()) != null; ) {
                    parser.nextToken();
                    countValues(parser, EventPattern.path(path, name), valuesByField);
                }
            }
            case START_ARRAY -> {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    countValues(parser, path, valuesByField);
                }
            }
            default -> {
                if (allFields.contains(path)) {
                    valuesByField.merge(path, 1, Integer::sum);
                }
            }
        }
    }
}
