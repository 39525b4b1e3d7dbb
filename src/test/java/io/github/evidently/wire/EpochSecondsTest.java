package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

class EpochSecondsTest {

    // The forms are those of boto3, the Java SDK, the JavaScript SDKs, the user guide, and our extension.
    @ParameterizedTest
    @CsvSource(textBlock = """
            1627580583, 1627580583000
            1627580583.000, 1627580583000
            1637368646.468, 1637368646468
            1637368646.5, 1637368646500
            1.637368646468E9, 1637368646468
            1637368646.46849, 1637368646468
            1637368646.4679999, 1637368646468
            0, 0
            -0.0, 0
            1e-999999999, 0
            253402300799, 253402300799000
            253402300799.999, 253402300799999
            '"2021-11-20T00:37:26.468Z"', 1637368646468
            '"2021-11-20T01:37:26.468999999+01:00"', 1637368646468
            '"1970-01-01T00:00:00Z"', 0
            """)
    void readsATimestampToTheMillisecond(String json, long millis) {
        assertThat(parse(json)).hasValue(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "-0.001",
                "253402300800",
                "253402300799.9996",
                "1e300",
                "1e999999999",
                "NaN",
                "Infinity",
                "\"yesterday\"",
                "\"\"",
                "\"1627580583\"",
                "\"2021-11-20\"",
                "\"1969-12-31T23:59:59Z\"",
                "\"+10000-01-01T00:00:00Z\"",
                "\"+1000000000-12-31T23:59:59.999999999Z\"",
                "true",
                "null",
                "{}",
                "[]"
            })
    void refusesAnythingElse(String json) {
        assertThat(parse(json)).isEmpty();
    }

    @Test
    void everyMillisecondOfADoubleSurvives() {
        for (long millis = 1; millis <= EpochSeconds.MILLIS_MAX; millis += 997_000_000_003L / 7) {
            assertThat(parse(millis / 1000 + "." + String.format("%03d", millis % 1000)))
                    .hasValue(millis);
        }
    }

    @Test
    void readsQueriesAsSecondsOrInstants() {
        assertThat(EpochSeconds.parseMillis("1637368646.468")).hasValue(1637368646468L);
        assertThat(EpochSeconds.parseMillis("2021-11-20T00:37:26.468Z")).hasValue(1637368646468L);
        assertThat(EpochSeconds.parseMillis("tomorrow")).isEmpty();
        assertThat(EpochSeconds.parseMillis("1".repeat(100))).isEmpty();
    }

    @Test
    void showsThreeDecimals() {
        assertThat(EpochSeconds.withMillis(Instant.ofEpochMilli(1627580583000L)))
                .hasToString("1627580583.000");
    }

    private static OptionalLong parse(String json) {
        JsonFactory factory = JsonFactory.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .build();
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            return EpochSeconds.parseMillis(parser);
        }
    }
}
