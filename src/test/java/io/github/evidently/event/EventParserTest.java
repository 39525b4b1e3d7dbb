package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationException.Reason;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class EventParserTest {

    private final EventParser parser = new EventParser(new EventDataValidator(DataSize.ofKilobytes(256)));

    @Test
    void readsBothTypesInOrder() {
        List<Entry> entries = parse("""
                {"events":[
                  {"timestamp":1637368646.468,"type":"aws.evidently.custom","data":"{\\"a\\": 1}"},
                  {"data":"{\\"feature\\":\\"f\\",\\"entityId\\":\\"e\\",\\"variation\\":\\"v\\",\\"type\\":\\"t\\"}",
                   "type":"aws.evidently.evaluation","timestamp":1627580583}
                ]}""");

        assertThat(entries)
                .containsExactly(
                        new Entry.Valid(
                                new ProjectEvent(EventType.CUSTOM, Instant.ofEpochMilli(1637368646468L), "{\"a\": 1}")),
                        new Entry.Valid(new ProjectEvent(
                                EventType.EVALUATION,
                                Instant.ofEpochSecond(1627580583),
                                "{\"feature\":\"f\",\"entityId\":\"e\",\"variation\":\"v\",\"type\":\"t\"}")));
    }

    @Test
    void ignoresUnknownMembersAnywhere() {
        List<Entry> entries = parse("""
                {"x":{"events":[1]},"events":[{"y":[{"data":1}],"timestamp":1,"type":"aws.evidently.custom",
                "data":"{}","z":null}],"w":1.5}""");

        assertThat(entries).singleElement().isInstanceOf(Entry.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nonsense",
                "null",
                "[]",
                "\"events\"",
                "17",
                "{\"events\":[]",
                "{\"events\":[}",
                "{\"events\":[]} x",
                "{\"events\":[]}{}",
                "{\"events\":[],\"events\":[]}",
                "{\"events\":[],}",
                "{'events':[]}",
                "{\"events\":[],\"x\":NaN}",
                "{\"events\":[],\"x\":[{\"y\":-Infinity}]}",
                "{\"events\":[{\"data\":\"\\ud8\"}]}",
                "{\"events\":[{\"data\":\"a\nb\"}]}",
                "{\"events\":[{\"timestamp\":01}]}"
            })
    void cannotParseWhatIsNotOneJsonObject(String body) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse(body))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CANNOT_PARSE))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).startsWith("The request body "));
    }

    /** A sentence for each, and none of the parser library. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"events":[],"x":nul}; it has a word that is not true, false or null
            {"events":[],"x":"\\q"}; a string has an escape that JSON does not know
            {"events":[],"x":"\\u12g4"}; a string has a \\u without four hexadecimal digits
            {"events":[],"x":01}; a number must not start with 0
            {"events":[],}; it has a character that does not belong there
            {"events":[]; it ends too early
            """)
    void saysInItsOwnWordsWhyTheBodyIsNotJson(String body, String detail) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse(body))
                .withMessageMatching(
                        "The request body is not valid JSON at line 1, column [0-9]+: " + Pattern.quote(detail));
    }

    @Test
    void takesAByteOrderMark() {
        assertThat(parse("\uFEFF{\"events\":[]}")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1764330000000, true
            1764330000000.5, true
            -1, false
            1e300, false
            '"yesterday"', false
            """)
    void aTimestampInMillisecondsIsRefusedAsSuch(String timestamp, boolean isMilliseconds) {
        List<Entry> entries = parse(
                "{\"events\":[{\"timestamp\":" + timestamp + ",\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}");

        assertThat(entries).singleElement().isInstanceOfSatisfying(Entry.Invalid.class, invalid -> {
            assertThat(invalid.message())
                    .startsWith("Value at 'timestamp' failed to satisfy constraint: Member must be");
            assertThat(invalid.message().endsWith("; this one looks like milliseconds"))
                    .isEqualTo(isMilliseconds);
        });
    }

    @Test
    void saysWhereTheBodyBreaksOff() {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse("{\"events\":["))
                .withMessage("The request body is not valid JSON at line 1, column 12:" + " it ends too early");
    }

    @Test
    void cannotParseNestingThatIsTooDeep() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse("{\"events\":[],\"x\":" + deep + "}"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CANNOT_PARSE))
                .withMessageEndingWith("it nests deeper than 500 levels");
    }

    @Test
    void cannotParseANumberOfAMillionDigits() {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse("{\"events\":[{\"timestamp\":" + "1".repeat(1_000_000) + "}]}"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.CANNOT_PARSE))
                .withMessageEndingWith("a number has more than 1000 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"events\":null}", "{\"events\":{}}", "{\"events\":\"x\"}", "{\"events\":1}"})
    void eventsMustBeAList(String body) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse(body))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.FIELD_VALIDATION_FAILED))
                .satisfies(e -> assertThat(e.fieldList())
                        .extracting(ValidationExceptionField::name)
                        .containsExactly("events"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"x\"", "[]"})
    void anEntryMustBeAnObject(String entry) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse("{\"events\":[{},{},{}," + entry + "]}"))
                .satisfies(e -> assertThat(e.fieldList())
                        .containsExactly(new ValidationExceptionField("events.3", "Member must be an object")));
    }

    @Test
    void takesNoneAndFiftyButNotFiftyOne() {
        assertThat(parse("{\"events\":[]}")).isEmpty();
        assertThat(parse("{\"events\":[" + "{},".repeat(49) + "{}]}")).hasSize(50);
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> parse("{\"events\":[" + "{},".repeat(50) + "{}]}"))
                .withMessage("1 validation error detected: Value at 'events' failed to satisfy constraint:"
                        + " Member must have length less than or equal to 50");
    }

    @Test
    void namesEveryMissingMember() {
        assertThat(faultsOf("{}"))
                .extracting(ValidationExceptionField::name, ValidationExceptionField::message)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("timestamp", "Member must not be null"),
                        org.assertj.core.groups.Tuple.tuple("type", "Member must not be null"),
                        org.assertj.core.groups.Tuple.tuple("data", "Member must not be null"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"timestamp\":null",
                "\"timestamp\":true",
                "\"timestamp\":[1]",
                "\"timestamp\":{\"a\":[]}",
                "\"timestamp\":NaN",
                "\"timestamp\":1e300",
                "\"timestamp\":-1",
                "\"timestamp\":\"yesterday\"",
                "\"type\":null",
                "\"type\":1",
                "\"type\":{}",
                "\"type\":\"aws.evidently.Custom\"",
                "\"data\":null",
                "\"data\":1",
                "\"data\":{\"a\":1}",
                "\"data\":[]"
            })
    void anIllTypedMemberFailsItsEntryAlone(String member) {
        String name = member.substring(1, member.indexOf('"', 1));
        String others = "";
        others += name.equals("timestamp") ? "" : "\"timestamp\":1,";
        others += name.equals("type") ? "" : "\"type\":\"aws.evidently.custom\",";
        others += name.equals("data") ? "" : "\"data\":\"{}\",";

        assertThat(faultsOf("{" + others + member + "}"))
                .extracting(ValidationExceptionField::name)
                .containsExactly(name);
    }

    @Test
    void theLastOfARepeatedMemberCounts() {
        List<Entry> entries = parse(
                "{\"events\":[{\"timestamp\":\"x\",\"timestamp\":1,\"type\":1,\"type\":\"aws.evidently.custom\",\"data\":1,\"data\":\"{}\"}]}");

        assertThat(entries).singleElement().isInstanceOf(Entry.Valid.class);
    }

    @Test
    void keepsTheMessageOfAResultWithin1024Characters() {
        String data = "{\\\"feature\\\":1,\\\"x\\\":\\\"" + "y".repeat(5000) + "\\\"";

        Entry.Invalid invalid = (Entry.Invalid)
                parse("{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"" + data + "\"}]}")
                        .getFirst();

        assertThat(invalid.message()).contains("'data'").hasSizeBetween(1, 1024);
    }

    /** Whatever the bytes are, the answer is entries or a ValidationException. */
    @Test
    void neverFailsOtherwiseOnMutatedBodies() {
        Random random = new Random(20261123);
        byte[] good =
                "{\"events\":[{\"timestamp\":1.5,\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"a\\\":\\\"\\u00e4\\\"}\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] body = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(parser.parse(body)).hasSizeLessThanOrEqualTo(50);
            } catch (ValidationException e) {
                refused++;
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(refused).isBetween(1_000, 19_999);
    }

    private List<Entry> parse(String body) {
        return parser.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private List<ValidationExceptionField> faultsOf(String entry) {
        return ((Entry.Invalid) parse("{\"events\":[" + entry + "]}").getFirst()).violations();
    }
}
