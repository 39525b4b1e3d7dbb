package io.github.evidently.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RawHttp;
import io.github.evidently.RunningServer;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.json.JsonMapper;

/** PutProjectEvents as clients see it: the table of inputs and answers of the README, row by row. */
@RunningServer
class PutProjectEventsIT {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String CUSTOM = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}";

    @LocalServerPort
    int port;

    private String project;
    private RequestSpecification http;

    @BeforeEach
    void createProject() {
        http = new RequestSpecBuilder()
                .setPort(port)
                .setUrlEncodingEnabled(false)
                .build();
        project = "put-" + UUID.randomUUID();
        given(http)
                .body("{\"name\":\"" + project + "\"}")
                .post("/projects")
                .then()
                .statusCode(200);
    }

    @Nested
    class Accepted {

        @Test
        void answersAnIdForEachEventInOrder() {
            put("""
                    {"events":[
                      {"timestamp":1637368646.468,"type":"aws.evidently.custom","data":"{\\"n\\":1}"},
                      {"timestamp":1637368647,"type":"aws.evidently.evaluation",
                       "data":"{\\"feature\\":\\"f\\",\\"entityId\\":\\"e\\",\\"variation\\":\\"v\\",\\"type\\":\\"t\\"}"}]}""")
                    .statusCode(200)
                    .contentType("application/json")
                    .header("x-amzn-RequestId", matchesPattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
                    .body("failedEventCount", equalTo(0))
                    .body("eventResults", hasSize(2))
                    .body("eventResults.errorCode", contains(nullValue(), nullValue()))
                    .body("eventResults.errorMessage", contains(nullValue(), nullValue()));

            assertThat(events().asString())
                    .containsSubsequence("\"timestamp\":1637368646.468,", "\"timestamp\":1637368647.000,");
        }

        @Test
        void storesUnderTheIdsThatItAnswered() {
            String ids = put("{\"events\":[" + CUSTOM + "," + CUSTOM + "," + CUSTOM + "]}")
                    .extract()
                    .path("eventResults.eventId")
                    .toString();

            assertThat(stored("eventId")).isEqualTo(ids);
        }

        @ParameterizedTest
        @NullSource
        @ValueSource(
                strings = {
                    "application/json",
                    "application/x-amz-json-1.1",
                    "application/x-www-form-urlencoded",
                    "text/plain",
                    "multipart/form-data"
                })
        void whateverTheContentTypeIs(String contentType) throws Exception {
            String body = "{\"events\":[" + CUSTOM + "]}";
            String answer = RawHttp.send(
                    port,
                    "POST /events/projects/" + project
                            + " HTTP/1.1\r\nHost: dataplane.evidently.us-east-1.amazonaws.com"
                            + "\r\nConnection: close\r\n"
                            + (contentType == null ? "" : "Content-Type: " + contentType + "\r\n")
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body);

            assertThat(answer).startsWith("HTTP/1.1 200").contains("\"failedEventCount\":0");
        }

        @Test
        void aProjectNamedByItsArnInOneSegment() {
            given(http)
                    .body("{\"events\":[" + CUSTOM + "]}")
                    .post("/events/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2F" + project)
                    .then()
                    .statusCode(200)
                    .body("eventResults[0].eventId", notNullValue());
        }

        @Test
        void aChunkedBodyAndASignedRequest() throws Exception {
            String body = "{\"events\":[" + CUSTOM + "]}";
            String answer = RawHttp.send(
                    port,
                    "POST /events/projects/" + project + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/evidently/"
                            + "aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                            + "\r\n0\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 200").contains("\"failedEventCount\":0");
        }

        @Test
        void noneAndFifty() {
            put("{\"events\":[]}").statusCode(200).body("eventResults", empty()).body("failedEventCount", equalTo(0));
            put("{\"events\":[" + (CUSTOM + ",").repeat(49) + CUSTOM + "]}")
                    .statusCode(200)
                    .body("eventResults", hasSize(50))
                    .body("failedEventCount", equalTo(0));
        }

        @Test
        void theInnerTextOfDataThatIsEncodedTwice() {
            String twice = JSON.writeValueAsString(JSON.writeValueAsString("{\"a\": 1}"));

            put("""
                    {"events":[{"timestamp":1,"type":"aws.evidently.custom","data":%s}]}""".formatted(twice)).body("failedEventCount", equalTo(0));

            assertThat(stored("data")).isEqualTo("[{\"a\": 1}]");
        }
    }

    @Nested
    class RequestRefused {

        @ParameterizedTest
        @ValueSource(strings = {"", "nonsense", "{\"events\":[", "[]", "{\"events\":[]} trailing", "{\"events\":[]}{}"})
        void whatIsNotOneJsonObject(String body) {
            put(body)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("reason", equalTo("cannotParse"))
                    .body("fieldList", nullValue())
                    .body("message", containsString("The request body"));
        }

        @ParameterizedTest
        @CsvSource(textBlock = """
                {}, events
                '{"events":null}', events
                '{"events":{}}', events
                '{"events":[1]}', events.0
                '{"events":[{},{},{},null]}', events.3
                """)
        void anEnvelopeThatBreaksTheModel(String body, String member) {
            put(body)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("reason", equalTo("fieldValidationFailed"))
                    .body("fieldList.name", contains(member));
        }

        @Test
        void fiftyOneEvents() {
            put("{\"events\":[" + (CUSTOM + ",").repeat(50) + CUSTOM + "]}")
                    .statusCode(400)
                    .body("reason", equalTo("fieldValidationFailed"))
                    .body("fieldList.name", contains("events"))
                    .body("fieldList.message", contains("Member must have length less than or equal to 50"));
            assertThat(stored("eventId")).isEqualTo("[]");
        }

        @Test
        void anUnknownProjectInTheWordsOfTheService() {
            given(http)
                    .body("{\"events\":[" + CUSTOM + "]}")
                    .post("/events/projects/nobody")
                    .then()
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body(equalTo("{\"message\":\"Project does not exist with arn"
                            + " 'arn:aws:evidently:us-east-1:000000000000:project/nobody'\","
                            + "\"resourceId\":null,\"resourceType\":null}"));
        }

        @Test
        void aProjectOfAnotherAccount() {
            given(http)
                    .body("{\"events\":[" + CUSTOM + "]}")
                    .post("/events/projects/arn%3Aaws%3Aevidently%3Aus-east-1%3A111111111111%3Aproject%2F" + project)
                    .then()
                    .statusCode(404)
                    .body(
                            "message",
                            containsString("'arn:aws:evidently:us-east-1:111111111111:project/" + project + "'"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"de%20mo", "a%2Fb", "%C3%A4", "arn%3Aaws%3Aevidently", "a%3Bb"})
        void aReferenceThatBreaksThePattern(String reference) {
            given(http)
                    .body("{\"events\":[]}")
                    .post("/events/projects/" + reference)
                    .then()
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains("project"));
        }

        @Test
        void aReferenceOfMoreThan2048Characters() {
            given(http)
                    .body("{\"events\":[]}")
                    .post("/events/projects/" + "a".repeat(2049))
                    .then()
                    .statusCode(400)
                    .body("fieldList.name", contains("project"));
        }

        @Test
        void inTheOrderSyntaxReferenceProject() {
            given(http).body("{").post("/events/projects/de%20mo").then().body("reason", equalTo("cannotParse"));
            given(http)
                    .body("{\"events\":[{}]}")
                    .post("/events/projects/de%20mo")
                    .then()
                    .body("fieldList.name", contains("project"));
            given(http)
                    .body("{\"events\":[{}]}")
                    .post("/events/projects/nobody")
                    .then()
                    .statusCode(404);
        }

        @Test
        void moreThan10MegabytesByItsLengthAlone() throws Exception {
            String answer = RawHttp.send(
                    port,
                    "POST /events/projects/" + project + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                            + "Content-Length: 70000000000\r\n\r\n");

            assertThat(answer)
                    .startsWith("HTTP/1.1 413")
                    .contains("x-amzn-ErrorType: RequestEntityTooLargeException")
                    .contains("{\"message\":\"The request body is larger than 10485760 bytes\"}");
        }

        @Test
        void moreThan10MegabytesInChunks() throws Exception {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("POST /events/projects/" + project
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            byte[] chunk = ("100000\r\n" + " ".repeat(1024 * 1024) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 11; i++) {
                request.writeBytes(chunk);
            }
            request.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));

            assertThat(RawHttp.send(port, request.toByteArray()))
                    .startsWith("HTTP/1.1 413")
                    .contains("x-amzn-ErrorType: RequestEntityTooLargeException");
        }

        @Test
        void aBodyThatEndsBeforeItsLength() throws Exception {
            String start = "POST /events/projects/" + project + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
            try (java.net.Socket socket = new java.net.Socket("localhost", port)) {
                socket.getOutputStream()
                        .write((start + "Content-Length: 1000\r\n\r\n{\"events\":[]}")
                                .getBytes(StandardCharsets.UTF_8));
                socket.shutdownOutput();
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).doesNotContain("200");
            }
        }

        @Test
        void invalidUtf8() throws Exception {
            for (int[] bytes : new int[][] {
                {0xff}, {0xc3}, {0xc0, 0x80}, {0xc1, 0xa1}, {0xed, 0xa0, 0x80}, {0xf5, 0x80, 0x80, 0x80}
            }) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                body.writeBytes("{\"events\":[],\"x\":\"".getBytes(StandardCharsets.UTF_8));
                for (int b : bytes) {
                    body.write(b);
                }
                body.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));

                assertThat(RawHttp.send(port, RawHttp.post("/events/projects/" + project, body.toByteArray())))
                        .startsWith("HTTP/1.1 400")
                        .contains("The request body is not valid UTF-8");
            }
        }

        @Test
        void nestingOf100000AndANumberOf10Megabytes() {
            put("{\"events\":[],\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")
                    .statusCode(400)
                    .body("reason", equalTo("cannotParse"));
            put("{\"events\":[{\"timestamp\":" + "1".repeat(10_000_000) + "}]}")
                    .statusCode(400)
                    .body("reason", equalTo("cannotParse"));
        }
    }

    @Nested
    class EntryRefused {

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                {"timestamp":1,"type":"aws.evidently.custom"}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":null}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":{}}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":"not json"}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":"[]"}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":"\\ud800"}|'data'
                {"timestamp":1,"type":"aws.evidently.custom","data":"{\\"a\\":\\"\\u0000\\"}"}|'data'
                {"timestamp":1,"type":"aws.evidently.evaluation","data":"{}"}|'data.feature'
                {"type":"aws.evidently.custom","data":"{}"}|'timestamp'
                {"timestamp":NaN,"type":"aws.evidently.custom","data":"{}"}|'timestamp'
                {"timestamp":1e300,"type":"aws.evidently.custom","data":"{}"}|'timestamp'
                {"timestamp":-1,"type":"aws.evidently.custom","data":"{}"}|'timestamp'
                {"timestamp":"yesterday","type":"aws.evidently.custom","data":"{}"}|'timestamp'
                {"timestamp":1,"data":"{}"}|'type'
                {"timestamp":1,"type":"x","data":"{}"}|'type'
                {"timestamp":1,"type":2,"data":"{}"}|'type'
                """)
        void anInvalidEntryAloneAndNamesItsMember(String entry, String member) {
            put("{\"events\":[" + CUSTOM + "," + entry + "," + CUSTOM + "]}")
                    .statusCode(200)
                    .body("failedEventCount", equalTo(1))
                    .body("eventResults[0].eventId", notNullValue())
                    .body("eventResults[1].eventId", nullValue())
                    .body("eventResults[1].errorCode", equalTo("ValidationException"))
                    .body("eventResults[1].errorMessage", containsString(member))
                    .body("eventResults[2].eventId", notNullValue());
        }

        @Test
        void dataOfMoreThan256Kilobytes() {
            String fits = "{\\\"a\\\":\\\"" + "x".repeat(256 * 1024 - 8) + "\\\"}";
            String tooLarge = "{\\\"a\\\":\\\"" + "x".repeat(256 * 1024 - 7) + "\\\"}";
            String frame = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"%s\"}";

            put("{\"events\":[" + frame.formatted(fits) + "," + frame.formatted(tooLarge) + "]}")
                    .statusCode(200)
                    .body("failedEventCount", equalTo(1))
                    .body("eventResults[0].eventId", notNullValue())
                    .body("eventResults[1].errorMessage", containsString("at most 262144 bytes"));
        }
    }

    private ValidatableResponse put(String body) {
        return given(http)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .post("/events/projects/" + project)
                .then();
    }

    private String stored(String member) {
        return events().path("events." + member).toString();
    }

    private ExtractableResponse<Response> events() {
        return given(http)
                .get("/_evidently/events?project=" + project)
                .then()
                .statusCode(200)
                .extract();
    }
}
