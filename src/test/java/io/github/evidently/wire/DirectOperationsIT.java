package io.github.evidently.wire;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.RunningServer;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Nobody sees that these operations are not mapped as the others are. */
@RunningServer
class DirectOperationsIT {

    @LocalServerPort
    int port;

    @Autowired
    List<DirectOperation> operations;

    @Autowired
    RequestMappingHandlerMapping requestMappingHandlerMapping;

    /** The table is the only list of operations: whatever is mapped is in it, and the other way round. */
    @Test
    void eachOperationOfTheTableIsMappedOnce() {
        Stream<String> byAnnotation = requestMappingHandlerMapping.getHandlerMethods().keySet().stream()
                .flatMap(mapping -> mapping.getMethodsCondition().getMethods().stream()
                        .flatMap(method -> mapping.getPatternValues().stream().map(path -> method + " " + path)))
                .filter(mapping -> !mapping.contains(" /_evidently"));
        Stream<String> direct =
                operations.stream().map(DirectOperation::operation).map(DirectOperationsIT::route);

        assertThat(Stream.concat(byAnnotation, direct))
                .containsExactlyInAnyOrderElementsOf(
                        Operation.ALL.stream().map(DirectOperationsIT::route).toList());
    }

    private static String route(Operation operation) {
        return operation.method() + " " + operation.path().getPatternString();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            PutProjectEvents, /events/projects/demo, /events/projects/{project}, '{"events":[]}'
            EvaluateFeature, /projects/demo/evaluations/f, /projects/{project}/evaluations/{feature}, '{"entityId":"anna"}'
            """)
    void areCountedUnderTheirPatternAndTakeNoOtherMethodOrPath(String name, String path, String pattern, String body) {
        given().port(port).body("{\"name\":\"demo\"}").post("/projects");
        given().port(port)
                .body("{\"name\":\"f\",\"variations\":[{\"name\":\"a\",\"value\":{\"boolValue\":true}}]}")
                .post("/projects/demo/features");
        assertThat(operations).extracting(direct -> direct.operation().name()).contains(name);
        double before = calls(pattern, "200");

        assertThat(call(path, body).statusCode()).isEqualTo(200);
        assertThat(calls(pattern, "200")).isEqualTo(before + 1);

        for (String other : List.of(path + "/", path + "/x", path.replace("/projects/", "/project/"))) {
            assertUnknown(call(other, body));
        }
        for (Map.Entry<String, Response> other : Map.of(
                        "GET", given().port(port).get(path),
                        "PUT", given().port(port).body(body).put(path),
                        "DELETE", given().port(port).delete(path))
                .entrySet()) {
            assertThat(other.getValue().statusCode()).as(other.getKey()).isNotEqualTo(200);
        }
        assertThat(calls(pattern, "200")).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /events/projects/nobody, /events/projects/{project}, '{"events":[]}'
            /projects/nobody/evaluations/f, /projects/{project}/evaluations/{feature}, '{"entityId":"anna"}'
            """)
    void answerErrorsAsTheOthersDo(String path, String pattern, String body) {
        double before = calls(pattern, "404");

        Response missing = call(path, body);
        Response invalid = call(path, "[");

        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.header("x-amzn-ErrorType")).isEqualTo("ResourceNotFoundException");
        assertThat(invalid.statusCode()).isEqualTo(400);
        assertThat(invalid.header("x-amzn-ErrorType")).isEqualTo("ValidationException");
        assertThat(calls(pattern, "404")).isEqualTo(before + 1);
    }

    private Response call(String path, String body) {
        return given().port(port).urlEncodingEnabled(false).body(body).post(path);
    }

    private static void assertUnknown(Response answer) {
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.header("x-amzn-ErrorType")).isEqualTo("UnknownOperationException");
    }

    private double calls(String uri, String status) {
        return given().port(port)
                .get("/actuator/prometheus")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count{")
                        && line.contains("uri=\"" + uri + "\"")
                        && line.contains("status=\"" + status + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
                .sum();
    }
}
