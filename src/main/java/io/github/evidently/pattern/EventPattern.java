package io.github.evidently.pattern;

import java.io.IOException;
import software.amazon.event.ruler.GenericMachine;
import software.amazon.event.ruler.MachineComplexityEvaluator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A pattern of EventBridge, ready to be matched: {@code {"Browser":["Chrome"],"Age":[{"numeric":[">",18]}]}}.
 *
 * <p>AWS's own open-source ruler does the matching. Names with dots stand for nested ones. Immutable and thread-safe.
 */
public final class EventPattern {

    /** How many alternatives the combinations of {@code $or} may make. */
    static final int ALTERNATIVES_MAX = 1_000;

    /** In the ruler's measure: how many states one value may be in at once, which wildcards multiply. */
    static final int COMPLEXITY_MAX = 100;

    private static final JsonFactory JSON = new JsonFactory();
    private static final String OR = "$or";
    private static final String RULE = "pattern";

    private final GenericMachine<String> machine;

    private EventPattern(GenericMachine<String> machine) {
        this.machine = machine;
    }

    /**
     * Reads a pattern.
     *
     * @throws InvalidPatternException when it is not one, or one that would cost too much to match
     */
    public static EventPattern parse(String text) throws InvalidPatternException {
        requireFewAlternatives(text);
        GenericMachine<String> machine = GenericMachine.<String>builder().build();
        try {
            machine.addRule(RULE, text);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidPatternException(reason(e));
        }
        if (machine.evaluateComplexity(new MachineComplexityEvaluator(COMPLEXITY_MAX)) >= COMPLEXITY_MAX) {
            throw new InvalidPatternException("its wildcards are too many");
        }
        return new EventPattern(machine);
    }

    /**
     * Whether a JSON object matches.
     *
     * @param json a JSON object as text
     */
    public boolean matches(String json) {
        try {
            return !machine.rulesForJSONEvent(json).isEmpty();
        } catch (Exception e) {
            throw new IllegalArgumentException("not a JSON object", e);
        }
    }

    /** The ruler multiplies alternatives out: a short text could ask for more than there is memory. */
    private static void requireFewAlternatives(String text) throws InvalidPatternException {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new InvalidPatternException("it is no JSON object");
            }
            long alternatives = ofObject(parser);
            if (parser.nextToken() != null) {
                throw new InvalidPatternException("something follows the JSON object");
            }
            if (alternatives > ALTERNATIVES_MAX) {
                throw new InvalidPatternException("its $or make more than " + ALTERNATIVES_MAX + " combinations");
            }
        } catch (JacksonException e) {
            throw new InvalidPatternException("it is no valid JSON");
        }
    }

    private static long ofObject(JsonParser parser) {
        long alternatives = 1;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT) {
                alternatives *= ofObject(parser);
            } else if (name.equals(OR) && value == JsonToken.START_ARRAY) {
                alternatives *= ofAlternatives(parser);
            } else {
                parser.skipChildren();
            }
            // Enough to know that it is too much; more could overflow.
            alternatives = Math.min(alternatives, ALTERNATIVES_MAX + 1L);
        }
        return alternatives;
    }

    private static long ofAlternatives(JsonParser parser) {
        long alternatives = 0;
        for (JsonToken token; (token = parser.nextToken()) != JsonToken.END_ARRAY; ) {
            if (token == JsonToken.START_OBJECT) {
                alternatives += ofObject(parser);
            } else {
                parser.skipChildren();
            }
        }
        return Math.clamp(alternatives, 1, ALTERNATIVES_MAX + 1L);
    }

    /** The ruler's own words, without the parser's notation of the place. */
    private static String reason(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("\\s*\\(.*\\)$", "");
    }
}
