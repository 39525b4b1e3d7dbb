package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.EventType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** The scanner must never accept what the parser would not: the parser is asked about everything it accepts. */
class EventDataScannerTest {

    private static final int ROUNDS = 200_000;
    private static final String[] NAMES = {
        "feature",
        "entityId",
        "variation",
        "type",
        "entityAttributes",
        "details",
        "a",
        "",
        "ä",
        "\\u0041",
        "\\\"",
        "types"
    };
    private static final String[] SCALARS = {
        "\"v\"",
        "\"\"",
        "\"ä語\"",
        "\"\\n\\\"\\\\\\/\\u00e4\\ud800\"",
        "0",
        "-1",
        "12.5",
        "1e9",
        "-0.0E-7",
        "true",
        "false",
        "null"
    };
    private static final String[] FRAGMENTS = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u12",
        "0",
        "-",
        ".",
        "e",
        "+",
        "01",
        "1.",
        "nul",
        "NaN",
        " ",
        "\t",
        "\n",
        "\0",
        "\u0001",
        "\ud83d",
        "\ude00",
        "\u00a0",
        "\ufeff",
        "/*",
        "'",
        "x",
        "\"feature\":1,",
        "\"type\":\"t\","
    };

    private final EventDataValidator parser = new EventDataValidator(DataSize.ofKilobytes(256));
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @ParameterizedTest
    @EnumSource
    void acceptsNothingThatTheParserRefuses(EventType type) {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = object(0);
            for (int faults = random.nextInt(3); faults > 0; faults--) {
                text = mutate(text);
            }
            if (EventDataScanner.recognizes(type, text)) {
                accepted++;
                EventDataValidator.Checked checked = parser.parse(type, text);
                assertThat(checked.violations()).as("seed %d: %s", seed, text).isEmpty();
                assertThat(checked.text()).isEqualTo(text);
            }
        }
        assertThat(accepted).as("what the test is about").isGreaterThan(ROUNDS / 1_000);
    }

    @Test
    void acceptsWhatClientsSend() {
        assertThat(EventDataScanner.recognizes(
                        EventType.EVALUATION,
                        "{\"feature\":\"f\",\"entityId\":\"e\",\"entityAttributes\":{\"browser\":{\"s\":\"Chrome\"}},"
                                + "\"variation\":\"v\",\"type\":\"t\",\"details\":{\"experiment\":\"x\"}}"))
                .isTrue();
        assertThat(
                        EventDataScanner.recognizes(
                                EventType.CUSTOM,
                                " { \"userDetails\" : {\"userId\":\"u\"} , \"details\" : {\"price\":-9.5e3,\"a\":[1,[],{}]}}\n"))
                .isTrue();
        assertThat(EventDataScanner.recognizes(EventType.CUSTOM, "{}")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"{}\"",
                "{",
                "{}x",
                "{}{}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":1e}",
                "{\"a\":-}",
                "{\"a\":NaN}",
                "{\"a\":'b'}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":[1,]}",
                "{\"a\":[,1]}",
                "{\"a\":[1 2]}",
                "{a:1}",
                "{\"a\":tru}",
                "{\"a\" 1}",
                "\ufeff{}",
                "{\"a\":\"\ud83d\"}"
            })
    void doesNotAcceptInvalidText(String text) {
        assertThat(EventDataScanner.recognizes(EventType.CUSTOM, text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\"}",
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":1}",
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\",\"type\":2}",
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\",\"t\\u0079pe\":2}",
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\",\"details\":\"{}\"}",
                "{\"x\":{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\"}}",
                "{}"
            })
    void doesNotAcceptEvaluationsThatLackSomething(String text) {
        assertThat(EventDataScanner.recognizes(EventType.EVALUATION, text)).isFalse();
    }

    @Test
    void leavesTheParsersLimitsToTheParser() {
        for (int depth : new int[] {32, 500, 501, 100_000}) {
            String text = "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
            assertThat(EventDataScanner.recognizes(EventType.CUSTOM, text)).isFalse();
        }
        assertThat(EventDataScanner.recognizes(EventType.CUSTOM, "{\"a\":" + "1".repeat(101) + "}"))
                .isFalse();
        assertThat(EventDataScanner.recognizes(EventType.CUSTOM, "{\"" + "n".repeat(1_001) + "\":1}"))
                .isFalse();
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{");
        // Most of the time the members of an evaluation event, so that some of them pass.
        int fixed = depth == 0 && random.nextInt(4) > 0 ? 4 : 0;
        for (int i = 0; i < fixed; i++) {
            text.append('"').append(NAMES[i]).append("\":\"x\",").append(space());
        }
        for (int members = random.nextInt(3); members > 0; members--) {
            String name = NAMES[random.nextInt(NAMES.length)];
            text.append('"')
                    .append(name)
                    .append('"')
                    .append(space())
                    .append(':')
                    .append(space());
            text.append(value(depth + 1)).append(space()).append(',').append(space());
        }
        int comma = text.lastIndexOf(",");
        if (comma > 0 && text.substring(comma + 1).isBlank()) {
            text.deleteCharAt(comma);
        }
        return text.append('}').append(space()).toString();
    }

    private String value(int depth) {
        return switch (depth > 4 ? 9 : random.nextInt(10)) {
            case 0, 1 -> object(depth);
            case 2 -> "[" + value(depth + 1) + space() + "," + space() + value(depth + 1) + "]";
            case 3 -> "[]";
            default -> SCALARS[random.nextInt(SCALARS.length)];
        };
    }

    private String space() {
        return switch (random.nextInt(12)) {
            case 0 -> " ";
            case 1 -> "\r\n\t";
            default -> "";
        };
    }

    private String mutate(String text) {
        int from = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), from + random.nextInt(3));
        return text.substring(0, from) + FRAGMENTS[random.nextInt(FRAGMENTS.length)] + text.substring(to);
    }
}
