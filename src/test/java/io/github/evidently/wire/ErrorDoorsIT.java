package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.RawHttp;
import io.github.evidently.RunningServer;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

    /** Some lines Tomcat takes for HTTP/0.9, whose answers are a body alone. */
    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "GET  HTTP/1.1\r\nHost: localhost\r\n\r\n"})
    void answersARequestLineThatIsNoneWithTheBodyOfAws(String request) throws Exception {
        assertThat(RawHttp.send(port, request))
                .endsWith(
                        "{\"message\":\"The request is not well-formed HTTP/1.1, or its headers are larger than 8 KB\","
                                + "\"reason\":\"cannotParse\",\"fieldList\":null}");
    }
}
