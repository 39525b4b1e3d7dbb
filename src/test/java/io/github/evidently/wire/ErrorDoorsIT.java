package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.RawHttp;
import io.github.evidently.RunningServer;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whoever refuses a request, controller, Spring MVC, the error page or Tomcat, the client sees AWS's shape. */
@RunningServer
class ErrorDoorsIT {

    @LocalServerPort
    int port;

    static Stream<Arguments> doors() {
        String close = "Host: localhost\r\nConnection: close\r\n";
        return Stream.of(
                // Our own exceptions.
                door("our exception", "GET /projects/nobody HTTP/1.1\r\n" + close, 404, "ResourceNotFoundException"),
                door("unknown path", "GET /nothing/here HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door("root", "GET / HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door("favicon", "GET /favicon.ico HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door(
                        "wrong method",
                        "GET /events/projects/demo HTTP/1.1\r\n" + close,
                        404,
                        "UnknownOperationException"),
                door("odd method", "FROB /projects HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door(
                        "empty project",
                        "POST /events/projects/ HTTP/1.1\r\n" + close + "Content-Length: 0\r\n",
                        404,
                        "UnknownOperationException"),
                door("semicolon", "GET /projects/demo;x=1 HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("bad reference", "GET /projects/de%20mo HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("unknown actuator", "GET /actuator/env HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                // Spring MVC's.
                door(
                        "wrong method of an actuator",
                        "DELETE /actuator/health HTTP/1.1\r\n" + close,
                        404,
                        "UnknownOperationException"),
                // The error page, asked for and reached.
                door("error page itself", "GET /error HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                // Tomcat's own.
                door("TRACE", "TRACE /projects HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door("no host", "GET /projects HTTP/1.1\r\nConnection: close\r\n", 400, "ValidationException"),
                door(
                        "two hosts",
                        "GET /projects HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n",
                        400,
                        "ValidationException"),
                door("character in path", "GET /pro<jects{} HTTP/1.1\r\n" + close, 404, "UnknownOperationException"),
                door("encoded NUL", "GET /projects/a%00b HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("broken escape", "GET /projects/%zz HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("encoded backslash", "GET /projects/a%5Cb HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("path above the root", "GET /../../etc/passwd HTTP/1.1\r\n" + close, 400, "ValidationException"),
                door("unknown version", "GET /projects HTTP/2.0\r\n" + close, 400, "ValidationException"),
                door(
                        "unknown transfer encoding",
                        "POST /projects HTTP/1.1\r\n" + close + "Transfer-Encoding: xchunked\r\n",
                        400,
                        "ValidationException"),
                door(
                        "content encoding",
                        "POST /projects HTTP/1.1\r\n" + close + "Content-Encoding: gzip\r\nContent-Length: 0\r\n",
                        400,
                        "ValidationException"),
                door(
                        "query of an actuator",
                        "GET /actuator/health?%zz HTTP/1.1\r\n" + close,
                        400,
                        "ValidationException"),
                door(
                        "two lengths",
                        "POST /projects HTTP/1.1\r\n" + close + "Content-Length: 1\r\nContent-Length: 2\r\n",
                        400,
                        "ValidationException"),
                door(
                        "length of letters",
                        "POST /projects HTTP/1.1\r\n" + close + "Content-Length: abc\r\n",
                        400,
                        "ValidationException"),
                door(
                        "header too long",
                        "GET /projects HTTP/1.1\r\n" + close + "X: " + "y".repeat(20_000) + "\r\n",
                        400,
                        "ValidationException"),
                door(
                        "query of a mistyped number",
                        "GET /projects?maxResults=x HTTP/1.1\r\n" + close,
                        400,
                        "ValidationException"),
                door(
                        "query with a broken escape",
                        "GET /_evidently/events?project=%zz HTTP/1.1\r\n" + close,
                        400,
                        "ValidationException"),
                door(
                        "accept",
                        "GET /projects/nobody HTTP/1.1\r\n" + close + "Accept: text/html\r\n",
                        404,
                        "ResourceNotFoundException"),
                door(
                        "content type",
                        "POST /projects HTTP/1.1\r\n" + close
                                + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 0\r\n",
                        400,
                        "ValidationException"),
                door(
                        "broken chunk",
                        "POST /events/projects/demo HTTP/1.1\r\n" + close + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                        400,
                        "ValidationException"));
    }

    private static Arguments door(String name, String request, int status, String type) {
        return Arguments.of(name, request, status, type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doors")
    void everyDoorAnswersInTheShapeOfAws(String name, String request, int status, String type) throws Exception {
        String answer = RawHttp.send(port, request + "\r\n");

        int headEnd = answer.indexOf("\r\n\r\n");
        assertThat(headEnd).as(answer).isPositive();
        String head = answer.substring(0, headEnd).toLowerCase(Locale.ROOT);
        assertThat(head).startsWith("http/1.1 " + status);
        assertThat(head).contains("\r\nx-amzn-errortype: " + type.toLowerCase(Locale.ROOT) + "\r\n");
        assertThat(head).contains("\r\ncontent-type: application/json");
        assertThat(head).containsPattern("\r\nx-amzn-requestid: [0-9a-f-]{36}");
        JsonNode body = new JsonMapper().readTree(answer.substring(headEnd + 4));
        assertThat(body.path("message").stringValue()).isNotBlank();
        if (type.equals("ValidationException")) {
            assertThat(body.path("reason").stringValue())
                    .isIn("unknownOperation", "cannotParse", "fieldValidationFailed", "other");
            assertThat(body.has("fieldList")).isTrue();
        }
    }

    @Test
    void saysWhatItDoesNotKnow() throws Exception {
        String path = "/nothing/%C3%A4/" + "x".repeat(300);

        assertThat(RawHttp.send(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .contains(
                        "\"No operation of Evidently has this method and path: GET " + path.substring(0, 200) + "…\"");
    }

    static Stream<Arguments> refusalsOfTheContainer() {
        String host = "Host: localhost\r\nConnection: close\r\n";
        return Stream.of(
                Arguments.of(
                        "nonsense\r\n",
                        "The request line does not begin with an HTTP method: this is not HTTP/1.1, or it is TLS on a port"
                                + " without TLS"),
                Arguments.of(
                        "GET  HTTP/1.1\r\n" + host, "The request line does not end with a version such as HTTP/1.1"),
                Arguments.of(
                        "\u0016\u0003\u0001\u0002\u0000\r\n",
                        "The request line does not begin with an HTTP method: this is not HTTP/1.1, or it is TLS on a port"
                                + " without TLS"),
                Arguments.of(
                        "GET /a\u0001b HTTP/1.1\r\n" + host,
                        "The path or the query has a character that must be percent-encoded"),
                Arguments.of(
                        "GET /projects HTTP/2.0\r\n" + host,
                        "The HTTP version 'HTTP/2.0' is not supported; use HTTP/1.1"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\n" + host + "X: " + "y".repeat(9_000) + "\r\n",
                        "The request line and the headers together are larger than 8192 bytes"
                                + " (server.max-http-request-header-size)"),
                Arguments.of(
                        "GET /" + "x".repeat(9_000) + " HTTP/1.1\r\n" + host,
                        "The request line and the headers together are larger than 8192 bytes"
                                + " (server.max-http-request-header-size)"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\n" + host + "X: y\r\n".repeat(200),
                        "The request has more than 100 headers"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\n" + host + "no colon\r\n",
                        "A header line is not well-formed: it must be a name, a colon and a value"),
                Arguments.of("GET /projects HTTP/1.1\r\n", "The request has no Host header"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\nHost: a\r\nHost: b\r\n",
                        "The request has more than one Host header"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\nHost: my service\r\n",
                        "The Host header has the character U+0020 at position 3, which no host name has"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\nHost: a/b\r\n",
                        "The Host header has the character '/' at position 2, which no host name has"),
                Arguments.of(
                        "GET /projects HTTP/1.1\r\nHost: a:99999\r\n",
                        "The port in the Host header is larger than 65535"),
                Arguments.of(
                        "POST /projects HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n",
                        "The request has more than one Content-Length header"),
                Arguments.of(
                        "POST /projects HTTP/1.1\r\n" + host + "Content-Length: abc\r\n",
                        "The Content-Length header must be a number of bytes"),
                Arguments.of(
                        "POST /projects HTTP/1.1\r\n" + host + "Transfer-Encoding: xchunked\r\n",
                        "The Transfer-Encoding must be chunked"),
                Arguments.of(
                        "POST /projects HTTP/1.1\r\n" + host + "Expect: 200-ok\r\n",
                        "The Expect header must be 100-continue"),
                Arguments.of(
                        "GET http://other/projects HTTP/1.1\r\n" + host,
                        "The URI of the request line does not fit the Host header, or has a character that must be"
                                + " percent-encoded"),
                Arguments.of(
                        "GET /projects/%zz HTTP/1.1\r\n" + host,
                        "The path must not leave its root and must be well percent-encoded: no encoded NUL or backslash,"
                                + " and two hexadecimal digits behind each %"));
    }

    @ParameterizedTest
    @MethodSource("refusalsOfTheContainer")
    void aRefusalOfTheContainerNamesItsCause(String request, String message) throws Exception {
        assertThat(RawHttp.send(port, request + "\r\n"))
                .startsWith("HTTP/1.1 400")
                .endsWith("{\"message\":\"" + message + "\",\"reason\":\"cannotParse\",\"fieldList\":null}");
    }

    /** Its answers would have neither a status nor headers. */
    @Test
    void thereIsNoHttp09() throws Exception {
        assertThat(RawHttp.send(port, "GET /projects\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("x-amzn-ErrorType: ValidationException")
                .contains("The request line does not end with a version such as HTTP/1.1");
    }

    /** Some clients send a body with a GET; the connection must be good for the next request. */
    @Test
    void aBodyThatNobodyReadsDoesNotEndTheConnection() throws Exception {
        String answers = RawHttp.send(
                port,
                "GET /projects/nobody HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                        + "DELETE /projects/nobody HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                        + "GET /projects HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answers.split("HTTP/1.1 404", -1)).hasSize(3);
        assertThat(answers).contains("HTTP/1.1 200");
    }

    /** Whoever waits for a 100 Continue has sent nothing yet, and is refused before it is asked to. */
    @Test
    void aRefusedBodyIsNotAskedFor() throws Exception {
        String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\n";

        assertThat(RawHttp.send(port, "POST /projects" + head + "Content-Length: 300000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(RawHttp.send(
                        port, "POST /events/projects/nobody" + head + "Content-Length: 13\r\n\r\n{\"events\":[]}"))
                .startsWith("HTTP/1.1 100")
                .contains("HTTP/1.1 404");
    }

    /** Compose services have underscores; SDKs put a prefix before addresses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "my_service:2772",
                "my_service",
                "dataplane.[::1]",
                "dataplane.[::1]:2772",
                "[::1]:2772",
                "-a.b-",
                "dataplane.127.0.0.1:2772",
                "evidently.internal.",
                "a:"
            })
    void everyHostNameIsAccepted(String host) throws Exception {
        assertThat(RawHttp.send(
                        port, "GET /projects/nobody HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404")
                .contains("Project with arn");
    }

    /** A probe gets what there is, whatever it asks for: a framework's 406 would say that the server is not healthy. */
    @ParameterizedTest
    @CsvSource({
        "/actuator/health, text/plain, application/json",
        "/actuator/health, text/html, application/json",
        "/actuator/health/readiness, image/png, application/json",
        "/actuator/prometheus, application/json, text/plain",
        "/actuator/prometheus, application/openmetrics-text, application/openmetrics-text"
    })
    void theActuatorAnswersWhateverIsAccepted(String path, String accept, String contentType) throws Exception {
        String answer = RawHttp.send(
                port,
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: " + accept + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200");
        assertThat(answer.toLowerCase(Locale.ROOT))
                .containsPattern("\r\ncontent-type: [^\r]*" + contentType.replace("application/json", "json"));
    }
}
