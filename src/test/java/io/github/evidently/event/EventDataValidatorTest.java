package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.event.EventDataValidator.Checked;
import io.github.evidently.persistence.EventType;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class EventDataValidatorTest {

    private final EventDataValidator validator = new EventDataValidator(DataSize.ofKilobytes(1));

    @Nested
    class Custom {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    " {\"a\" : 1.50 }\n",
                    "{\"a\":{\"b\":[1,2,{}]},\"ä\":\"😀\"}",
                    "{\"a\":\"\\ud83d\\u0000\"}",
                    "{\"a\":1,\"a\":2}"
                })
        void keepsAnyObjectAsItIs(String text) {
            assertThat(validator.check(EventType.CUSTOM, text)).isEqualTo(new Checked(text, java.util.List.of()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "not json",
                    "{",
                    "{\"a\":}",
                    "{} {}",
                    "{}x",
                    "[]",
                    "1",
                    "null",
                    "true",
                    "{\"a\":NaN}",
                    "{'a':1}",
                    "\"text\"",
                    "\"{}\" 1",
                    "\"[]\"",
                    "\"\\\"{}\\\"\"",
                    "{\"a\":\"\u0000\"}",
                    "\u0000{}",
                    "{}\u0000",
                    "\uFEFF{}"
                })
        void refusesWhatIsNoObject(String text) {
            assertThat(validator.check(EventType.CUSTOM, text).violations())
                    .singleElement()
                    .satisfies(fault -> {
                        assertThat(fault.name()).isEqualTo("data");
                        assertThat(fault.message()).startsWith("Member must be a string that holds a JSON object");
                    });
        }

        // The JavaScript SDK v2 encodes data that is a string already once more.
        @Test
        void takesOneOuterEncodingOff() {
            Checked checked = validator.check(EventType.CUSTOM, "\"{\\\"a\\\": \\\"\\u00e4\\\"}\"");

            assertThat(checked).isEqualTo(new Checked("{\"a\": \"ä\"}", java.util.List.of()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{\"a\":\"\ud800\"}", "{\"a\":\"\udc00\ud800\"}", "\ud800", "\"{\\\"a\\\":\\\"\\ud800\\\"}\""
                })
        void refusesALoneSurrogateBecauseStoringWouldChangeIt(String text) {
            assertThat(validator.check(EventType.CUSTOM, text).violations())
                    .containsExactly(new ValidationExceptionField("data", "Member must not have a lone surrogate"));
        }

        @Test
        void saysInItsOwnWordsThatNanIsNotJson() {
            assertThat(validator.check(EventType.CUSTOM, "{\"v\": NaN}").violations())
                    .containsExactly(new ValidationExceptionField(
                            "data", "Member must be a string that holds a JSON object: NaN and Infinity are not JSON"));
        }

        @Test
        void refusesNestingOf100000() {
            String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);

            assertThat(validator.check(EventType.CUSTOM, deep).violations())
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.message()).endsWith("it nests deeper than 500 levels"));
        }

        @ParameterizedTest
        @CsvSource({"1015, a", "507, ä", "338, 語", "253, 😀"})
        void limitsTheBytesOfUtf8(int count, String character) {
            // The frame {"a":""} takes 8 of the 1024 bytes; what is left over does not fit another character.
            String largest = "{\"a\":\"" + character.repeat(count + (character.equals("a") ? 1 : 0)) + "\"}";
            String larger = "{\"a\":\"" + character.repeat(count + 2) + "\"}";

            assertThat(validator.check(EventType.CUSTOM, largest).isValid()).isTrue();
            assertThat(validator.check(EventType.CUSTOM, larger).violations())
                    .containsExactly(
                            new ValidationExceptionField("data", "Member must have at most 1024 bytes of UTF-8"));
        }
    }

    @Nested
    class Evaluation {

        private static final String GOOD =
                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"EXPERIMENT_RULE_MATCH\"";

        // The first is the example of AWS's Smithy model.
        @ParameterizedTest
        @ValueSource(
                strings = {
                    ",\"entityAttributes\":{\"browser\":{\"s\":\"Chrome\"}},\"details\":{\"experiment\":\"x\",\"treatment\":\"t\",\"salt\":\"s\"}}",
                    "}",
                    ",\"more\":[{\"feature\":1}]}",
                    ",\"details\":null,\"entityAttributes\":null}"
                })
        void takesTheSchema(String rest) {
            assertThat(validator.check(EventType.EVALUATION, GOOD + rest).violations())
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"feature", "entityId", "variation", "type"})
        void requiresTheString(String member) {
            String missing = (GOOD + "}").replace("\"" + member + "\":", "\"x\":");
            String isNull = (GOOD + "}").replaceFirst("\"" + member + "\":\"\\w+\"", "\"" + member + "\":null");
            String number = (GOOD + "}").replaceFirst("\"" + member + "\":\"\\w+\"", "\"" + member + "\":1");

            assertThat(validator.check(EventType.EVALUATION, missing).violations())
                    .containsExactly(new ValidationExceptionField("data." + member, "Member must not be null"));
            assertThat(validator.check(EventType.EVALUATION, isNull).violations())
                    .containsExactly(new ValidationExceptionField("data." + member, "Member must not be null"));
            assertThat(validator.check(EventType.EVALUATION, number).violations())
                    .containsExactly(new ValidationExceptionField("data." + member, "Member must be a string"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"entityAttributes", "details"})
        void refusesWhatShouldBeAnObject(String member) {
            for (String value : new String[] {"1", "\"x\"", "[]", "true"}) {
                assertThat(validator
                                .check(EventType.EVALUATION, GOOD + ",\"" + member + "\":" + value + "}")
                                .violations())
                        .containsExactly(new ValidationExceptionField("data." + member, "Member must be an object"));
            }
        }

        // Observed at the real service: such an event failed alone, within a 200.
        @Test
        void namesAllThatIsMissing() {
            assertThat(validator
                            .check(EventType.EVALUATION, "{\"entityId\":\"e\",\"details\":{\"loadTime\":1}}")
                            .violations())
                    .extracting(ValidationExceptionField::name)
                    .containsExactly("data.feature", "data.variation", "data.type");
        }

        @Test
        void checksTheSyntaxToTheEnd() {
            assertThat(validator.check(EventType.EVALUATION, GOOD + "} x").isValid())
                    .isFalse();
            assertThat(validator
                            .check(EventType.EVALUATION, GOOD + ",\"y\":[1,}")
                            .isValid())
                    .isFalse();
        }
    }
}
