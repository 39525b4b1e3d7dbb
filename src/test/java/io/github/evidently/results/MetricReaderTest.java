package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.results.MetricReader.Sample;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1.5}} | anna | 1.5",
                "{\"details\":{\"value\":-3,\"unit\":{\"value\":9}},\"userDetails\":{\"x\":[1],\"userId\":\"anna\"}} | anna | -3",
                // Names with dots stand for nested ones.
                "{\"userDetails.userId\":\"anna\",\"details\":{\"value\":0}} | anna | 0",
                "{\"userDetails\":{\"userId\":42},\"details\":{\"value\":1e3}} | 42 | 1000",
                // The last of a name counts.
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1,\"value\":2}} | anna | 2"
            })
    void findsEntityAndValue(String data, String entity, double value) {
        assertThat(read(null, data)).isEqualTo(new Sample(entity, value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"userDetails\":{\"userId\":\"anna\"}}",
                "{\"details\":{\"value\":1}}",
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":\"1\"}}",
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":null}}",
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":{\"a\":1}}}",
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1e101}}",
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1e999}}",
                "{\"userDetails\":{\"userId\":null},\"details\":{\"value\":1}}",
                "{\"userDetails\":{\"userId\":[\"anna\"]},\"details\":{\"value\":1}}",
                "{\"UserDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1}}",
                "{\"userDetails\":[{\"userId\":\"anna\"}],\"details\":{\"value\":1}}"
            })
    void overlooksEventsWithoutThem(String data) {
        assertThat(read(null, data)).isNull();
    }

    @Test
    void overlooksEventsThatThePatternDoesNotMatch() {
        String pattern = "{\"details.kind\":[\"buy\"]}";
        String data = "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"kind\":\"%s\",\"value\":1}}";

        assertThat(read(pattern, data.formatted("buy"))).isEqualTo(new Sample("anna", 1));
        assertThat(read(pattern, data.formatted("look"))).isNull();
    }

    @Test
    void overlooksEventsThatHaveTooManyCombinationsToMatch() {
        String list = "[" + "1,".repeat(100) + "1]";
        String data = "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1},\"a\":" + list + ",\"b\":"
                + list + ",\"c\":" + list + "}";

        assertThat(read("{\"a\":[1],\"b\":[1],\"c\":[1]}", data)).isNull();
    }

    private static @Nullable Sample read(@Nullable String pattern, String data) {
        return new MetricReader(new MetricDefinition("userDetails.userId", pattern, "m", null, "details.value"))
                .read(data);
    }
}
