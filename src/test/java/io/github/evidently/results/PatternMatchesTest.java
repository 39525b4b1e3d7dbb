package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PatternMatchesTest {

    private static final List<String> PATTERNS = List.of(
            "{\"kind\":[\"buy\"]}",
            "{\"kind\":[{\"exists\":true}]}",
            "{\"kind\":[{\"exists\":false}]}",
            "{\"kind\":[{\"anything-but\":[\"buy\"]}],\"details.value\":[{\"exists\":true}]}",
            "{\"count\":[{\"anything-but\":[1]}]}",
            "{\"details\":{\"value\":[{\"numeric\":[\">\",5]}]}}",
            "{\"details.value\":[{\"exists\":false}]}",
            "{\"details\":{\"list\":[\"x\"],\"value\":[1,2]}}",
            "{\"details\":{\"list\":[{\"exists\":true}]}}",
            "{\"items\":{\"name\":[\"x\"],\"price\":[7]}}",
            "{\"$or\":[{\"kind\":[{\"prefix\":\"b\"}]},{\"details.value\":[null]}]}",
            "{\"deep.er.path\":[{\"exists\":true},\"never\"]}");

    private static final List<String> SCALARS =
            List.of("\"buy\"", "\"bye\"", "\"look\"", "1", "1.0", "7", "null", "true", "\"x\"", "\"\"");

    /** What is remembered must never differ from what the ruler would say. */
    @Test
    void agreesWithTheRuler() throws InvalidPatternException {
        Random random = new Random(1);
        DataPaths paths = new DataPaths();
        PatternMatches matches = new PatternMatches();
        List<EventPattern> alone = new ArrayList<>();
        for (String pattern : PATTERNS) {
            assertThat(matches.add(pattern, paths)).isEqualTo(alone.size());
            alone.add(EventPattern.parse(pattern));
        }
        long matched = 0;
        for (int i = 0; i < 20_000; i++) {
            String data = "{" + String.join(",", members(random)) + "}";
            paths.read(data);
            boolean[] found = matches.of(data, paths);
            for (int j = 0; j < found.length; j++) {
                assertThat(found[j])
                        .as("%s and %s", PATTERNS.get(j), data)
                        .isEqualTo(alone.get(j).matches(data));
                matched += found[j] ? 1 : 0;
            }
        }
        assertThat(matched).as("matches").isGreaterThan(20_000);
    }

    @Test
    void remembersNothingThatDependsOnTheLengthOfTheEvent() {
        DataPaths paths = new DataPaths();
        PatternMatches matches = new PatternMatches();
        matches.add("{\"kind\":[{\"wildcard\":\"*b*u*\"}]}", paths);
        String shorter = "{\"kind\":\"bu\"}";
        String longer = "{\"kind\":\"bu\",\"text\":\"" + "x".repeat(400_000) + "\"}";

        paths.read(shorter);
        assertThat(matches.of(shorter, paths)).containsExactly(true);
        paths.read(longer);
        assertThat(matches.of(longer, paths)).containsExactly(false);
    }

    private static List<String> members(Random random) {
        List<String> members = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            members.add("\"kind\":" + value(random, 1));
        }
        if (random.nextBoolean()) {
            members.add("\"count\":" + value(random, 1));
        }
        if (random.nextInt(4) > 0) {
            members.add("\"details\":" + (random.nextInt(5) == 0 ? value(random, 1) : details(random)));
        }
        if (random.nextInt(4) == 0) {
            members.add("\"details.value\":" + value(random, 1));
        }
        if (random.nextInt(4) == 0) {
            members.add("\"items\":[" + item(random) + "," + item(random) + "]");
        }
        if (random.nextInt(8) == 0) {
            members.add("\"deep\":{\"er\":[{\"path\":" + scalar(random) + "}]}");
        }
        if (random.nextInt(8) == 0) {
            members.add("\"kind\":" + scalar(random));
        }
        return members;
    }

    private static String details(Random random) {
        return "{\"value\":" + value(random, 1) + ",\"list\":[" + (random.nextBoolean() ? "" : scalar(random)) + "]}";
    }

    private static String item(Random random) {
        return "{\"name\":" + scalar(random) + ",\"price\":" + scalar(random) + "}";
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 6 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
            case 7 -> "{\"value\":" + value(random, depth - 1) + "}";
            default -> scalar(random);
        };
    }

    private static String scalar(Random random) {
        return SCALARS.get(random.nextInt(SCALARS.size()));
    }
}
