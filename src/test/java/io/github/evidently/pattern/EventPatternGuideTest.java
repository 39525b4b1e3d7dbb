package io.github.evidently.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.error.ValidationException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators of the user guide's page on segments, what else the ruler does, and what it is kept from. */
class EventPatternGuideTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            null                | {"a":[null]}                            | {"a":null}      | true
            null                | {"a":[null]}                            | {"a":"null"}    | false
            null                | {"a":[null]}                            | {}              | false
            empty               | {"a":[""]}                              | {"a":""}        | true
            empty               | {"a":[""]}                              | {"a":null}      | false
            equals              | {"a":["Chrome"]}                        | {"a":"Chrome"}  | true
            case                | {"a":["Chrome"]}                        | {"a":"chrome"}  | false
            boolean             | {"a":[true]}                            | {"a":true}      | true
            boolean             | {"a":[true]}                            | {"a":"true"}    | false
            and                 | {"a":[1],"b":[2]}                       | {"b":2,"a":1}   | true
            and                 | {"a":[1],"b":[2]}                       | {"a":1}         | false
            or of values        | {"a":[1,2]}                             | {"a":2}         | true
            or of values        | {"a":[1,2]}                             | {"a":3}         | false
            or of fields        | {"$or":[{"a":[1]},{"b":[2]}]}           | {"a":9,"b":2}   | true
            or of fields        | {"$or":[{"a":[1]},{"b":[2]}]}           | {"a":9,"b":9}   | false
            or below            | {"x":{"$or":[{"a":[1]},{"b":[2]}]}}     | {"x":{"b":2}}   | true
            anything but        | {"a":[{"anything-but":["x","y"]}]}      | {"a":"z"}       | true
            anything but        | {"a":[{"anything-but":["x","y"]}]}      | {"a":"y"}       | false
            anything but        | {"a":[{"anything-but":["x","y"]}]}      | {}              | false
            anything but prefix | {"a":[{"anything-but":{"prefix":"x"}}]} | {"a":"yx"}      | true
            numeric equals      | {"a":[{"numeric":["=",100]}]}           | {"a":1e2}       | true
            numeric range       | {"a":[{"numeric":[">",10,"<=",20]}]}    | {"a":20}        | true
            numeric range       | {"a":[{"numeric":[">",10,"<=",20]}]}    | {"a":10}        | false
            numeric range       | {"a":[{"numeric":[">",10,"<=",20]}]}    | {"a":"15"}      | false
            exists              | {"a":[{"exists":true}]}                 | {"a":null}      | true
            exists              | {"a":[{"exists":true}]}                 | {"b":1}         | false
            exists on a leaf    | {"a":[{"exists":true}]}                 | {"a":{"b":1}}   | false
            exists not          | {"a":[{"exists":false}]}                | {}              | true
            exists not          | {"a":[{"exists":false}]}                | {"a":1}         | false
            prefix              | {"a":[{"prefix":"us-"}]}                | {"a":"us-east"} | true
            prefix              | {"a":[{"prefix":"us-"}]}                | {"a":"US-east"} | false
            suffix              | {"a":[{"suffix":".png"}]}               | {"a":"x.png"}   | true
            suffix              | {"a":[{"suffix":".png"}]}               | {"a":"x.jpg"}   | false
            nested              | {"a":{"b":[1]}}                         | {"a":{"b":1}}   | true
            a dot for nested    | {"a.b":[1]}                             | {"a":{"b":1}}   | true
            other fields        | {"a":[1]}                               | {"a":1,"b":{}}  | true
            one of a list       | {"a":[1]}                               | {"a":[3,2,1]}   | true
            unicode             | {"ä":["名😀"]}                            | {"ä":"名😀"}      | true
            unicode escaped     | {"\\u00e4":["\\u540d"]}                   | {"ä":"名"}       | true
            """)
    void matchesAsTheUserGuideSays(String operator, String pattern, String json, boolean matches) throws Exception {
        assertThat(EventPattern.parse(pattern).matches(json)).as(operator).isEqualTo(matches);
    }

    /** The user guide says that these are different; its own ruler, in the version that we use, takes them for equal. */
    @ParameterizedTest
    @ValueSource(strings = {"300", "300.0", "3.0e2", "3E+2"})
    void takesNumbersForEqualHoweverTheyAreWritten(String number) throws Exception {
        assertThat(EventPattern.parse("{\"age\":[300]}").matches("{\"age\":" + number + "}"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "-1e1000000000",
                "1e-1000000000",
                "99999999999999999999999999999999999999999",
                "0.00000000000000000000000000000000000001",
                "-0",
                "\"1e999999999\"",
                "\"\\ud800\"",
                "[]",
                "{}",
                "[[[1]]]",
                "[{\"b\":1},null,\"\"]"
            })
    @Timeout(10)
    void takesWhateverValueComes(String value) throws Exception {
        for (String rule : List.of(
                "{\"numeric\":[\">\",1]}",
                "{\"anything-but\":[1]}",
                "{\"prefix\":\"x\"}",
                "{\"suffix\":\"x\"}",
                "{\"wildcard\":\"*x*\"}",
                "{\"cidr\":\"10.0.0.0/8\"}",
                "{\"equals-ignore-case\":\"x\"}",
                "{\"exists\":false}",
                "1")) {
            boolean matches = EventPattern.parse("{\"a\":[" + rule + "]}").matches("{\"a\":" + value + "}");
            assertThat(matches).isIn(true, false);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void refusesListsThatItWouldTakeTooLongToCombine() throws Exception {
        EventPattern three = EventPattern.parse("{\"a\":[\"x\"],\"b\":{\"c\":[\"x\"]},\"d.e\":[\"x\"],\"z\":[1]}");

        String few = list(21);
        assertThat(three.matches("{\"a\":%s,\"b\":{\"c\":%s},\"d\":{\"e\":%s},\"z\":2}".formatted(few, few, few)))
                .isFalse();
        String many = list(22);
        assertThatThrownBy(() -> three.matches(
                        "{\"a\":%s,\"b\":{\"c\":%s},\"d\":{\"e\":%s},\"z\":2}".formatted(many, many, many)))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("more than 10000 combinations");
        String pairs = IntStream.range(0, 14)
                .mapToObj(i -> "\"f" + i + "\":[{\"exists\":true}]")
                .collect(Collectors.joining(",", "{", "}"));
        String event = IntStream.range(0, 14)
                .mapToObj(i -> "\"f" + i + "\":[1,[2]]")
                .collect(Collectors.joining(",", "{", "}"));
        EventPattern fourteen = EventPattern.parse(pairs);
        assertThatThrownBy(() -> fourteen.matches(event)).isInstanceOf(ValidationException.class);
    }

    @Test
    void takesLongListsOfOneFieldAndOfFieldsThatItDoesNotAskFor() throws Exception {
        String list = list(5_000);

        assertThat(EventPattern.parse("{\"a\":[\"x\"]}")
                        .matches("{\"a\":" + list + ",\"b\":" + list + ",\"c\":" + list + "}"))
                .isTrue();
    }

    private static String list(int size) {
        return IntStream.range(0, size).mapToObj(_ -> "\"x\"").collect(Collectors.joining(",", "[", "]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "1",
                "{",
                "{}x",
                "{\"a\":1}",
                "{\"a\":\"x\"}",
                "{\"a\":[{}]}",
                "{\"a\":[{\"no\":1}]}",
                "{\"a\":[]}",
                "{\"a\":[{\"numeric\":[\">\"]}]}",
                "{\"a\":[{\"exists\":1}]}",
                "{\"a\":[[1]]}"
            })
    void refusesWhatIsNoPattern(String text) {
        assertThatThrownBy(() -> EventPattern.parse(text))
                .isInstanceOf(InvalidPatternException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    @Timeout(10)
    void refusesAlternativesThatMultiply() throws Exception {
        String or = "{\"$or\":[{\"a\":[1]},{\"b\":[1]}]}";
        String pattern = or;
        for (int i = 0; i < 9; i++) {
            pattern = "{\"$or\":[{\"a\":[1]},{\"b\":[1]}],\"c" + i + "\":" + pattern + "}";
        }
        String tooMany = pattern;

        assertThatThrownBy(() -> EventPattern.parse(tooMany)).hasMessageContaining("more than 1000 combinations");
        assertThat(EventPattern.parse(or).matches("{\"b\":1}")).isTrue();
    }

    /** The ruler's own measure of wildcards takes more than 256 MB to refuse the last one. */
    @Test
    @Timeout(10)
    void refusesMoreThanTenAsterisksInOperators() throws Exception {
        assertThat(EventPattern.parse("{\"a\":[{\"wildcard\":\"*a*b*c*d*e*f*g*h*i*j\"},\"**\"]}")
                        .matches("{\"a\":\"a-b-c-d-e-f-g-h-i-j\"}"))
                .isTrue();
        for (String rules : List.of(
                "{\"wildcard\":\"*a*b*c*d*e*f*g*h*i*j*k\"}",
                "{\"anything-but\":{\"wildcard\":[\"*a*b*c*d*e*f\",\"*g*h*i*j*k\"]}}",
                IntStream.range(0, 20)
                        .mapToObj(i -> "{\"wildcard\":\"*a*b*" + i + "*\"}")
                        .collect(Collectors.joining(",")))) {
            assertThatThrownBy(() -> EventPattern.parse("{\"a\":[" + rules + "]}"))
                    .hasMessage("its operators have more than 10 asterisks");
        }
    }

    @Test
    @Timeout(10)
    void matchesTheLongestContextWithTheMostAsterisks() throws Exception {
        EventPattern pattern = EventPattern.parse("{\"a\":[{\"wildcard\":\"*a*a*a*a*a*a*a*a*a*ab\"}]}");

        assertThat(pattern.matches("{\"a\":\"" + "a".repeat(65_000) + "\"}")).isFalse();
    }

    /** A pattern decides by equality as a plain reading of the JSON would. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void matchesAsAReadingOfOurOwn(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            int fields = 1 + random.nextInt(3);
            List<List<Integer>> allowed = IntStream.range(0, fields)
                    .mapToObj(_ ->
                            random.ints(1 + random.nextInt(3), 0, 4).boxed().toList())
                    .toList();
            List<List<Integer>> given = IntStream.range(0, fields)
                    .mapToObj(_ ->
                            random.ints(1 + random.nextInt(2), 0, 4).boxed().toList())
                    .toList();

            boolean expected = IntStream.range(0, fields)
                    .allMatch(field -> given.get(field).stream().anyMatch(allowed.get(field)::contains));
            assertThat(EventPattern.parse(object(allowed)).matches(object(given)))
                    .as(object(allowed) + " " + object(given))
                    .isEqualTo(expected);
        }
    }

    private static String object(List<List<Integer>> values) {
        return IntStream.range(0, values.size())
                .mapToObj(i -> "\"f" + i + "\":" + values.get(i))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
