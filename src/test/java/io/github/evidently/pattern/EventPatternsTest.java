package io.github.evidently.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ValidationException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns that are matched together match as each does alone. */
class EventPatternsTest {

    private static final List<String> FIELDS = List.of("a", "b", "c.d", "c.e");
    private static final List<String> RULES = List.of(
            "\"x\"",
            "\"xy\"",
            "1",
            "true",
            "null",
            "\"\"",
            "{\"exists\":true}",
            "{\"exists\":false}",
            "{\"prefix\":\"x\"}",
            "{\"suffix\":\"y\"}",
            "{\"equals-ignore-case\":\"XY\"}",
            "{\"wildcard\":\"x*y\"}",
            "{\"anything-but\":[\"x\",\"y\"]}",
            "{\"anything-but\":{\"prefix\":\"x\"}}",
            "{\"numeric\":[\">\",0,\"<=\",1]}",
            "{\"numeric\":[\"=\",1]}");
    private static final List<String> VALUES =
            List.of("\"x\"", "\"y\"", "\"xy\"", "\"\"", "0", "1", "2", "true", "null");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void matchTogetherAsEachDoesAlone(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 50; i++) {
            Map<String, EventPattern> patterns = new HashMap<>();
            for (int k = 0; k < 1 + random.nextInt(12); k++) {
                patterns.put("pattern-" + k, EventPattern.parse(pattern(random)));
            }
            EventPatterns together = EventPatterns.of(patterns);
            for (int k = 0; k < 50; k++) {
                String event = event(random);
                Set<String> alone = new HashSet<>();
                for (Map.Entry<String, EventPattern> pattern : patterns.entrySet()) {
                    if (pattern.getValue().matches(event)) {
                        alone.add(pattern.getKey());
                    }
                }
                assertThat(new HashSet<>(together.matching(event)))
                        .as(() -> event + " and "
                                + patterns.values().stream()
                                        .map(EventPattern::text)
                                        .toList())
                        .isEqualTo(alone);
            }
        }
    }

    @Test
    void refuseListsThatOneOfThemWouldTakeTooLongToCombine() throws Exception {
        Map<String, EventPattern> patterns = Map.of(
                "one",
                EventPattern.parse("{\"a\":[\"x\"]}"),
                "two",
                EventPattern.parse("{\"a\":[\"x\"],\"b\":[\"x\"]}"));
        EventPatterns together = EventPatterns.of(patterns);
        String list = IntStream.range(0, 101).mapToObj(_ -> "\"x\"").collect(Collectors.joining(",", "[", "]"));

        assertThat(together.matching("{\"a\":" + list + ",\"b\":\"y\"}")).containsExactly("one");
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> together.matching("{\"a\":" + list + ",\"b\":" + list + "}"))
                .withMessageContaining("more than 10000 combinations");
    }

    /** The ruler takes them for lists. */
    @Test
    void refuseRepeatedNamesThatWouldTakeTooLongToCombine() throws Exception {
        EventPatterns patterns = EventPatterns.of(Map.of(
                "one",
                EventPattern.parse(
                        "{\"a\":[{\"exists\":true}],\"b\":{\"$or\":[{\"prefix\":\"x\"},{\"prefix\":\"y\"}]}}")));
        String repeated = IntStream.range(0, 101)
                .mapToObj(i -> "\"a\":" + i + ",\"b\":{\"$or\":\"z" + i + "\"}")
                .collect(Collectors.joining(",", "{", "}"));

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> patterns.matching(repeated))
                .withMessageContaining("more than 10000 combinations");
    }

    private static String pattern(Random random) {
        Map<String, String> rules = new HashMap<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            String rule = RULES.get(random.nextInt(RULES.size()));
            boolean isAlternative = !rule.contains("exists") && random.nextBoolean();
            rules.put(
                    FIELDS.get(random.nextInt(FIELDS.size())),
                    isAlternative ? rule + "," + RULES.get(random.nextInt(5)) : rule);
        }
        String plain = members(rules.entrySet().stream()
                .map(rule -> "\"" + rule.getKey() + "\":[" + rule.getValue() + "]")
                .toList());
        return random.nextInt(4) == 0 ? "{\"$or\":[" + plain + ",{\"b\":[\"x\"]}]}" : plain;
    }

    private static String event(Random random) {
        String nested = members(List.of("\"d\":" + value(random), "\"e\":" + value(random)));
        return members(
                List.of("\"a\":" + value(random), "\"b\":" + value(random), "\"c\":" + nested, "\"z\":1").stream()
                        .filter(_ -> random.nextInt(5) > 0)
                        .toList());
    }

    private static String value(Random random) {
        if (random.nextInt(4) > 0) {
            return VALUES.get(random.nextInt(VALUES.size()));
        }
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> VALUES.get(random.nextInt(VALUES.size())))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String members(List<String> members) {
        return "{" + String.join(",", members) + "}";
    }

    /** Each asterisk is followed through each character. */
    @Test
    void refusesATextThatIsTooLongForItsWildcards() throws InvalidPatternException {
        Map<String, EventPattern> six = new HashMap<>();
        for (int i = 0; i < 6; i++) {
            six.put("p" + i, EventPattern.parse("{\"a\":[{\"wildcard\":\"" + "*x".repeat(9) + "*" + i + "\"}]}"));
        }
        EventPatterns patterns = EventPatterns.of(six);
        String fits = "{\"a\":\"" + "x".repeat(16_000) + "\"}";
        String tooLong = "{\"a\":\"" + "x".repeat(17_000) + "\"}";

        assertThat(patterns.matching(fits)).isEmpty();
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> patterns.matching(tooLong))
                .withMessageContaining("too long for patterns with 60 asterisks: at most 16666 can be matched");
    }
}
