package io.github.evidently.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Meaning from the user guide and from AWS's ruler, limits are ours. */
class EventPatternTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"a":["x"]} | {"a":"x","b":1} | true
            {"a":["x"]} | {"a":"X"} | false
            {"a":["x"]} | {} | false
            {"a":["x","y"]} | {"a":"y"} | true
            {"a":["x"],"b":[1]} | {"a":"x","b":1} | true
            {"a":["x"],"b":[1]} | {"a":"x","b":2} | false
            {"a":{"b":[true]}} | {"a":{"b":true}} | true
            {"a":{"b":[true]}} | {"a":{"b":"true"}} | false
            {"a.b":[1]} | {"a":{"b":1}} | true
            {"a":[null]} | {"a":null} | true
            {"a":[null]} | {} | false
            {"a":[""]} | {"a":""} | true
            {"a":[{"exists":true}]} | {"a":null} | true
            {"a":[{"exists":false}]} | {"b":1} | true
            {"a":[{"prefix":"x"}]} | {"a":"xy"} | true
            {"a":[{"suffix":"y"}]} | {"a":"xy"} | true
            {"a":[{"anything-but":["x","y"]}]} | {"a":"z"} | true
            {"a":[{"anything-but":["x","y"]}]} | {"a":"y"} | false
            {"a":[{"numeric":[">",1,"<",3]}]} | {"a":2.5} | true
            {"a":[{"numeric":[">",1,"<",3]}]} | {"a":3} | false
            {"a":[{"wildcard":"x*z"}]} | {"a":"xyz"} | true
            {"$or":[{"a":[1]},{"b":[2]}]} | {"b":2} | true
            {"$or":[{"a":[1]},{"b":[2]}]} | {"a":2,"b":1} | false
            {"c":[3],"$or":[{"a":[1]},{"b":[2]}]} | {"b":2} | false
            {"a":["x"]} | {"a":["w","x"]} | true
            """)
    void matches(String pattern, String json, boolean match) throws Exception {
        assertThat(EventPattern.parse(pattern).matches(json)).isEqualTo(match);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "1",
                "[]",
                "\"{}\"",
                "null",
                "{",
                "{}",
                "{\"a\":1}",
                "{\"a\":\"x\"}",
                "{\"a\":null}",
                "{\"a\":[]}",
                "{\"a\":{}}",
                "{\"a\":[[1]]}",
                "{\"a\":[{}]}",
                "{\"a\":[{\"b\":1}]}",
                "{\"a\":[{\"prefix\":1}]}",
                "{\"a\":[{\"prefix\":\"x\",\"suffix\":\"y\"}]}",
                "{\"a\":[{\"numeric\":[]}]}",
                "{\"a\":[{\"numeric\":[\">\"]}]}",
                "{\"a\":[{\"exists\":1}]}",
                "{\"a\":[1],}",
                "{\"a\":[1]}{\"a\":[1]}"
            })
    void refuses(String pattern) {
        assertThatThrownBy(() -> EventPattern.parse(pattern))
                .isInstanceOf(InvalidPatternException.class)
                .message()
                .isNotBlank()
                .doesNotContain("\n", "line:", "Source");
    }

    /** Four keys with six alternatives each: 1,296 rules in a text of 700 characters. */
    @Test
    void refusesWhatOrMultipliesTooFar() {
        assertThatThrownBy(() -> EventPattern.parse(ors(4, 6)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessage("its $or make more than 1000 combinations");
        assertThatThrownBy(() -> EventPattern.parse(ors(60, 2))).isInstanceOf(InvalidPatternException.class);
    }

    @Test
    void takesAThousandCombinations() throws Exception {
        EventPattern pattern = EventPattern.parse(ors(3, 10));

        assertThat(pattern.matches("{\"k0\":{\"a3\":1},\"k1\":{\"a9\":1},\"k2\":{\"a0\":1}}"))
                .isTrue();
        assertThat(pattern.matches("{\"k0\":{\"a3\":1},\"k1\":{\"a9\":1},\"k2\":{\"a0\":2}}"))
                .isFalse();
    }

    /** The alternatives of one $or, with others nested in them, add up. */
    @Test
    void countsNestedAlternatives() {
        String nested = "{\"$or\":[" + ors(3, 9) + "," + ors(3, 9) + "]}";

        assertThatThrownBy(() -> EventPattern.parse(nested))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining("$or");
    }

    @Test
    void refusesTooManyWildcards() throws Exception {
        assertThatThrownBy(() -> EventPattern.parse(wildcards(35)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessage("its operators have more than 10 asterisks");
        assertThat(EventPattern.parse(wildcards(2)).matches("{\"k\":\"1a2b3c1\"}"))
                .isTrue();
    }

    /** An alternative that is an operator makes "$or" the name of a field. */
    @Test
    void countsAsterisksWhereOrIsAField() {
        for (String operator : List.of("{\"wildcard\":\"%s\"}", "{\"anything-but\":{\"wildcard\":[\"%s\"]}}")) {
            String pattern = "{\"$or\":[" + operator.formatted("*a".repeat(11)) + ",{\"prefix\":\"z\"}]}";
            assertThatThrownBy(() -> EventPattern.parse(pattern))
                    .isInstanceOf(InvalidPatternException.class)
                    .hasMessage("its operators have more than 10 asterisks");
        }
    }

    /** Those of a thousand alternatives with eight ranges each took the ruler eight seconds to take in. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            numeric, '["<",%d]'
            cidr, '"10.0.%d.0/24"'
            """)
    void refusesTooManyRanges(String operator, String operand) throws Exception {
        assertThat(EventPattern.parse(ranges(20, operator, operand)).matches("{\"k\":true}"))
                .isFalse();
        assertThatThrownBy(() -> EventPattern.parse(ranges(21, operator, operand)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining("ranges");
        String alternatives = ors(3, 10);
        assertThatThrownBy(() -> EventPattern.parse(alternatives.substring(0, alternatives.length() - 1) + ","
                        + ranges(1, operator, operand).substring(1)))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageContaining("ranges");
    }

    private static String ranges(int count, String operator, String operand) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"" + operator + "\":" + operand.formatted(i) + "}")
                .collect(Collectors.joining(",", "{\"k\":[", "]}"));
    }

    /** $or over alternatives under each of the keys k0, k1 … */
    private static String ors(int keys, int alternatives) {
        String or = IntStream.range(0, alternatives)
                .mapToObj(i -> "{\"a" + i + "\":[1]}")
                .collect(Collectors.joining(",", "{\"$or\":[", "]}"));
        return IntStream.range(0, keys)
                .mapToObj(i -> "\"k" + i + "\":" + or)
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String wildcards(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"wildcard\":\"*a*b*c*" + i + "\"}")
                .collect(Collectors.joining(",", "{\"k\":[", "]}"));
    }
}
