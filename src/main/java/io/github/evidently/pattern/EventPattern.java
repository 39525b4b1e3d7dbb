package io.github.evidently.pattern;

import io.github.evidently.error.ValidationException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import software.amazon.event.ruler.GenericMachine;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A compiled EventBridge pattern: {@code {"Browser":["Chrome"],"Age":[{"numeric":[">",18]}]}}.
 *
 * <p>AWS's own open-source ruler does the matching. Names with dots stand for nested ones. Immutable and thread-safe.
 */
public final class EventPattern {

    /** How many alternatives the combinations of {@code $or} may make. */
    static final int ALTERNATIVES_MAX = 1_000;

    /** How many asterisks all operators may have together: wildcards multiply the states that one value may be in at once. */
    static final int ASTERISKS_MAX = 10;

    /** How many asterisks all alternatives may have together; each takes the ruler some 0.3 ms to take in. */
    static final int ASTERISKS_OF_ALTERNATIVES_MAX = 500;

    /**
     * How many pairs of ranges, of numbers or addresses, all alternatives may have together; each takes the ruler some
     * 0.1 ms to take in.
     */
    static final int RANGE_PAIRS_MAX = 400;

    private static final JsonFactory JSON = new JsonFactory();
    private static final String OR = "$or";
    private static final String RULE = "pattern";

    private static final Set<String> OPERATORS = Set.of(
            "prefix",
            "suffix",
            "equals-ignore-case",
            "wildcard",
            "anything-but",
            "numeric",
            "exists",
            "cidr",
            "exactly");

    private final String text;

    /** What the pattern asks for, as paths: {@code Location.Country}. */
    private final Set<String> fields;

    private final Set<String> valueFields;

    private final EventPatterns alone;

    /** How many asterisks the ruler has to follow, those of all alternatives together. */
    private final long asterisks;

    private EventPattern(String text, Bounded bounded) {
        this.text = text;
        this.fields = bounded.fields;
        this.valueFields = bounded.valueFields;
        this.asterisks = bounded.asterisks;
        this.alone = EventPatterns.of(Map.of(RULE, this));
    }

    /**
     * Reads a pattern.
     *
     * @throws InvalidPatternException when it is not one, or one that would cost too much to match
     */
    public static EventPattern parse(String text) throws InvalidPatternException {
        EventPattern pattern = parseLazily(text);
        try {
            GenericMachine<String> _ = pattern.alone.machine();
            return pattern;
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPatternException(reason(e));
        }
    }

    /**
     * Reads a pattern that {@link #parse} has accepted before. Its machine, which can take some 100 ms, is made by the first match.
     *
     * @throws InvalidPatternException when its structure shows that it is not one
     */
    public static EventPattern parseLazily(String text) throws InvalidPatternException {
        return new EventPattern(text, requireBounded(text));
    }

    /**
     * Whether a JSON object matches.
     *
     * @param json a JSON object as text
     * @throws ValidationException when the values of its lists, those of fields that the pattern asks for, make more than
     *     10,000 combinations
     */
    public boolean matches(String json) {
        return !alone.matching(json).isEmpty();
    }

    String text() {
        return text;
    }

    /** What the pattern asks for, as paths: {@code Location.Country}. */
    public Set<String> fields() {
        return fields;
    }

    /** Whether the value of a field matters to the pattern, and not only whether there is one. */
    public boolean asksForValue(String field) {
        return valueFields.contains(field);
    }

    /** Whether it follows asterisks; a match then also depends on how long the JSON is. */
    public boolean hasWildcards() {
        return asterisks > 0;
    }

    long asterisks() {
        return asterisks;
    }

    /** What is known of a pattern once it has been read. */
    private record Bounded(Set<String> fields, Set<String> valueFields, long asterisks) {}

    static String path(String parent, String name) {
        return parent.isEmpty() ? name : parent + "." + name;
    }

    /**
     * Refuses a pattern that a short text could make larger than there is memory.
     *
     * @return what it asks for and what it costs
     */
    private static Bounded requireBounded(String text) throws InvalidPatternException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidPatternException("it is no JSON object");
            }
            Reading reading = new Reading(parser);
            long alternatives = reading.ofObject("");
            if (parser.nextToken() != null) {
                throw new InvalidPatternException("something follows the JSON object");
            }
            if (alternatives > ALTERNATIVES_MAX) {
                throw new InvalidPatternException("its $or make more than " + ALTERNATIVES_MAX + " combinations");
            }
            if (reading.asterisks > ASTERISKS_MAX) {
                throw new InvalidPatternException("its operators have more than " + ASTERISKS_MAX + " asterisks");
            }
            if (alternatives * reading.asterisks > ASTERISKS_OF_ALTERNATIVES_MAX) {
                throw new InvalidPatternException("the combinations of its $or have more than "
                        + ASTERISKS_OF_ALTERNATIVES_MAX + " asterisks together");
            }
            if (alternatives * reading.ranges * reading.ranges > RANGE_PAIRS_MAX) {
                throw new InvalidPatternException(
                        "it has too many ranges of numbers or addresses: their square times the"
                                + " combinations of its $or is over " + RANGE_PAIRS_MAX);
            }
            return new Bounded(
                    Set.copyOf(reading.fields), Set.copyOf(reading.valueFields), alternatives * reading.asterisks);
        } catch (JacksonException e) {
            throw new InvalidPatternException("it is no valid JSON");
        }
    }

    /** One pass over the text of a pattern; the methods return how many alternatives the ruler makes of what they read. */
    private static final class Reading {

        private final JsonParser parser;
        private final Set<String> fields = new HashSet<>();
        private final Set<String> valueFields = new HashSet<>();
        private long asterisks;
        private long ranges;

        Reading(JsonParser parser) {
            this.parser = parser;
        }

        long ofObject(String path) {
            long alternatives = 1;
            for (String name; (name = parser.nextName()) != null; ) {
                boolean isOperator = isOperator(name);
                switch (parser.nextToken()) {
                    case START_OBJECT -> alternatives *= ofObject(path(path, name));
                    case START_ARRAY -> {
                        // Where an alternative is an operator, "$or" is a field as any other.
                        fields.add(path(path, name));
                        if (name.equals(OR)) {
                            alternatives *= ofAlternatives(path);
                        } else if (readRules(isOperator)) {
                            valueFields.add(path(path, name));
                        }
                    }
                    default -> readOperand();
                }
                // Enough to know that it is too much; more could overflow.
                alternatives = Math.min(alternatives, ALTERNATIVES_MAX + 1L);
            }
            return alternatives;
        }

        private long ofAlternatives(String path) {
            long alternatives = 0;
            for (JsonToken token; (token = parser.nextToken()) != JsonToken.END_ARRAY; ) {
                if (token == JsonToken.START_OBJECT) {
                    alternatives += ofObject(path);
                } else {
                    parser.skipChildren();
                }
            }
            return Math.clamp(alternatives, 1, ALTERNATIVES_MAX + 1L);
        }

        /** Returns whether there are others than those that ask whether the field exists. */
        private boolean readRules(boolean isOperand) {
            boolean isByValue = isOperand;
            int depth = 1;
            while (depth > 0) {
                switch (parser.nextToken()) {
                    case START_OBJECT, START_ARRAY -> depth++;
                    case END_OBJECT, END_ARRAY -> depth--;
                    case PROPERTY_NAME -> {
                        isOperator(parser.currentName());
                        isByValue |= !parser.currentName().equals("exists");
                    }
                    case VALUE_STRING -> {
                        isByValue = true;
                        // Deeper there are operators; a plain value may have as many as it likes.
                        if (isOperand || depth > 1) {
                            readOperand();
                        }
                    }
                    default -> isByValue |= depth == 1 && parser.currentToken().isScalarValue();
                }
            }
            return isByValue;
        }

        private void readOperand() {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                asterisks += parser.getString().chars().filter(c -> c == '*').count();
            }
        }

        /** Whether a name may be one; counts it if it stands for a range. */
        private boolean isOperator(String name) {
            if (name.equals("numeric") || name.equals("cidr")) {
                ranges++;
            }
            return OPERATORS.contains(name);
        }
    }

    /** The ruler's own words, without the parser's notation of the place. */
    private static String reason(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("\\s*\\(.*\\)$", "");
    }
}
