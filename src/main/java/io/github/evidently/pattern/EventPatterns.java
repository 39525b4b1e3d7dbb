package io.github.evidently.pattern;

import io.github.evidently.error.ValidationException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.event.ruler.GenericMachine;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Matches an event against several patterns in one pass. Immutable and thread-safe.
 *
 * <p>AWS's own open-source ruler does the matching. Its machine for them is made when it is first needed, as that can take
 * longer than those may wait who only change something.
 */
public final class EventPatterns {

    /** How many ways the values of an event's lists may combine to match. */
    static final int COMBINATIONS_MAX = 10_000;

    /** With as many values or fewer, no more than {@link #COMBINATIONS_MAX} are possible, however they are spread. */
    private static final int VALUES_WITHOUT_COUNTING = 25;

    /**
     * The most that a match may cost: asterisks of all patterns times characters of the JSON text. A unit takes the ruler up to
     * 0.2 µs.
     */
    static final long COST_MAX = 1_000_000;

    /** What costs more than that may take a processor for long enough that others would notice. */
    private static final long COST_UNNOTICED = 50_000;

    /** Leaves processors to others: a virtual thread that computes gives way to nobody. */
    private static final Semaphore COSTLY =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, EventPattern> patterns;
    private volatile @Nullable GenericMachine<String> machine;

    /** Of each pattern, what it asks for. */
    private final List<Set<String>> fields;

    private final Set<String> allFields;
    private final long asterisks;

    private EventPatterns(Map<String, EventPattern> patterns) {
        this.patterns = patterns;
        this.fields = patterns.values().stream().map(EventPattern::fields).toList();
        this.asterisks =
                patterns.values().stream().mapToLong(EventPattern::asterisks).sum();
        this.allFields = fields.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet());
    }

    /** Those patterns, by their names. */
    public static EventPatterns of(Map<String, EventPattern> patterns) {
        return new EventPatterns(Map.copyOf(patterns));
    }

    /** @throws IOException when the ruler does not take a pattern */
    synchronized GenericMachine<String> machine() throws IOException {
        GenericMachine<String> made = machine;
        if (made == null) {
            made = GenericMachine.<String>builder().build();
            for (Map.Entry<String, EventPattern> pattern : patterns.entrySet()) {
                made.addRule(pattern.getKey(), pattern.getValue().text());
            }
            machine = made;
        }
        return made;
    }

    /**
     * The names of the patterns that a JSON object matches.
     *
     * @param json a JSON object as text
     * @throws ValidationException when the values of its lists or repeated names, those of fields that a pattern asks for,
     *     make more than 10,000 combinations, or when it is too long for the wildcards of the patterns
     */
    public List<String> matching(String json) {
        long cost = asterisks * json.length();
        if (cost <= COST_UNNOTICED) {
            return match(json);
        }
        if (cost > COST_MAX) {
            throw ValidationException.other(
                    "The JSON has " + json.length() + " characters, which is too long for patterns with " + asterisks
                            + " asterisks: at most " + COST_MAX / asterisks + " can be matched");
        }
        COSTLY.acquireUninterruptibly();
        try {
            return match(json);
        } finally {
            COSTLY.release();
        }
    }

    private List<String> match(String json) {
        if (json.chars().filter(c -> c == ',').count() >= VALUES_WITHOUT_COUNTING) {
            requireFewCombinations(json);
        }
        try {
            GenericMachine<String> made = machine;
            return (made == null ? machine() : made).rulesForJSONEvent(json);
        } catch (Exception e) {
            throw new IllegalArgumentException("not a JSON object", e);
        }
    }

    /** The ruler tries every combination of values that match: three lists of a hundred, or names a hundred times, take seconds. */
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
