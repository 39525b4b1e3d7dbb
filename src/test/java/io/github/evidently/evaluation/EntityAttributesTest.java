package io.github.evidently.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The letters are those of AWS's example and of DynamoDB; {@link #typed} says the same by way of a tree. */
class EntityAttributesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> LEAVES = List.of(
            "\"\"",
            "\"x\"",
            "\"a \\\" { [ , : ] }\"",
            "\"\\\\\"",
            "\"\\\\\\\"\"",
            "\"\\u0022\\n名😀\"",
            "0",
            "-1.5",
            "1e3",
            "123",
            "true",
            "false",
            "null");
    private static final List<String> SPACES = List.of("", "", "", " ", "\n\t", "\r\n ");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {}                            | {}
            {"browser":"Chrome"}          | {"browser":{"s":"Chrome"}}
            {"n":1.50,"e":-1E+2}          | {"n":{"n":1.50},"e":{"n":-1E+2}}
            {"b":true,"c":false}          | {"b":{"b":true},"c":{"b":false}}
            {"z":null}                    | {"z":{"z":true}}
            {"l":[1,["a"],[]]}            | {"l":{"l":[{"n":1},{"l":[{"s":"a"}]},{"l":[]}]}}
            {"m":{"k":{}}}                | {"m":{"m":{"k":{"m":{}}}}}
            { "a" : [ 1 , 2 ] , "b" : 3 } | {"a":{"l":[{"n":1},{"n":2}]},"b":{"n":3}}
            """)
    void haveTheirTypes(String context, String attributes) {
        assertThat(attributes(context)).isEqualTo(attributes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void areTheSameAsByWayOfATree(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String context = object(random, 4);

            assertThat(JSON.readTree(attributes(context))).as(context).isEqualTo(typedMembers(JSON.readTree(context)));
        }
    }

    private static String attributes(String context) {
        StringBuilder data = new StringBuilder();
        EntityAttributes.append(context, data);
        return data.toString();
    }

    private static ObjectNode typedMembers(JsonNode object) {
        ObjectNode members = JSON.createObjectNode();
        object.propertyStream().forEach(member -> members.set(member.getKey(), typed(member.getValue())));
        return members;
    }

    private static ObjectNode typed(JsonNode value) {
        ObjectNode typed = JSON.createObjectNode();
        switch (value.getNodeType()) {
            case OBJECT -> typed.set("m", typedMembers(value));
            case ARRAY -> {
                ArrayNode elements = typed.putArray("l");
                value.forEach(element -> elements.add(typed(element)));
            }
            case STRING -> typed.set("s", value);
            case NUMBER -> typed.set("n", value);
            case BOOLEAN -> typed.set("b", value);
            default -> typed.put("z", true);
        }
        return typed;
    }

    private static String object(Random random, int depth) {
        String space = SPACES.get(random.nextInt(SPACES.size()));
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(i -> space + "\"k" + i + "\\\"\"" + space + ":" + space + value(random, depth - 1) + space)
                .collect(Collectors.joining(",", space + "{" + space, space + "}" + space));
    }

    private static String value(Random random, int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return LEAVES.get(random.nextInt(LEAVES.size()));
        }
        if (random.nextBoolean()) {
            return object(random, depth);
        }
        return IntStream.range(0, random.nextInt(4))
                .mapToObj(_ -> value(random, depth - 1))
                .collect(Collectors.joining(",", "[", "]"));
    }
}
