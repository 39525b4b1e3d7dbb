package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataPathsTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES = List.of("a", "b", "é", "say \"a\"", "c\\", "\uD83D\uDE00");
    private static final List<String> PATHS =
            List.of("a", "a.b", "b.a", "é", "say \"a\".é", "a.b.c\\", "\uD83D\uDE00.a");

    @Test
    void findsWhatTheParserFinds() {
        Random random = new Random(1);
        DataPaths paths = new DataPaths();
        PATHS.forEach(paths::add);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            String data = object(random, 0);
            paths.read(data);
            JsonNode tree = JSON.readTree(data);
            for (int slot = 0; slot < PATHS.size(); slot++) {
                JsonNode expected = tree;
                for (String name : PATHS.get(slot).split("\\.", -1)) {
                    expected = expected.isObject() ? expected.path(name) : expected.path(-1);
                }
                assertThat(paths.kind(slot))
                        .as("%s in %s", PATHS.get(slot), data)
                        .isEqualTo(kind(expected));
                if (expected.isString()) {
                    assertThat(paths.entity(slot)).as(data).isEqualTo(Assignments.key(expected.asString()));
                } else if (expected.isNumber()) {
                    assertThat(paths.number(slot)).as(data).isEqualTo(expected.asDouble());
                }
                found += expected.isMissingNode() ? 0 : 1;
            }
        }
        assertThat(found).as("values found").isGreaterThan(15_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "1",
                "0.1",
                "1.005",
                "123456789012345",
                "1234567890123456",
                "9007199254740993",
                "99999999999.999",
                "0.00000000000001",
                "1e3",
                "-1.5E-7",
                "1e999",
                "4.9e-324",
                "2.2250738585072011e-308"
            })
    void readsNumbersAsTheParserDoes(String number) {
        DataPaths paths = new DataPaths();
        int slot = paths.add("n");
        paths.read("{\"n\":" + number + "}");
        assertThat(paths.number(slot)).isEqualTo(Double.parseDouble(number));
    }

    @Test
    void takesNumbersAsEntitiesAsTheyAreWritten() {
        DataPaths paths = new DataPaths();
        int slot = paths.add("n");
        paths.read("{\"n\": 1.50 }");
        assertThat(paths.entity(slot)).isEqualTo(Assignments.key("1.50"));
    }

    private static DataPaths.Kind kind(JsonNode node) {
        return node.isMissingNode()
                ? DataPaths.Kind.ABSENT
                : node.isString()
                        ? DataPaths.Kind.TEXT
                        : node.isNumber() ? DataPaths.Kind.NUMBER : DataPaths.Kind.OTHER;
    }

    private static String object(Random random, int depth) {
        StringBuilder object = new StringBuilder(space(random)).append('{').append(space(random));
        List<String> names = new ArrayList<>(NAMES);
        Collections.shuffle(names, random);
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            object.append(i == 0 ? "" : ",")
                    .append(space(random))
                    .append(string(random, names.get(i)))
                    .append(space(random))
                    .append(':')
                    .append(value(random, depth + 1))
                    .append(space(random));
        }
        return object.append('}').append(space(random)).toString();
    }

    private static String value(Random random, int depth) {
        return space(random)
                + switch (random.nextInt(depth > 3 ? 5 : 9)) {
                    case 0 -> string(random, NAMES.get(random.nextInt(NAMES.size())) + "{}[],:");
                    case 1 -> Integer.toString(random.nextInt());
                    case 2 -> Double.toString(random.nextGaussian());
                    case 3 -> random.nextBoolean() ? "true" : "null";
                    case 4 -> "\"\"";
                    case 5 -> "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
                    default -> object(random, depth);
                };
    }

    /** Some characters are escaped that need not be. */
    private static String string(Random random, String text) {
        StringBuilder string = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (random.nextInt(6) == 0) {
                string.append(String.format("\\u%04x", (int) c));
            } else {
                string.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return string.append('"').toString();
    }

    private static String space(Random random) {
        return random.nextInt(4) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
    }
}
