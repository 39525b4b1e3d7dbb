package io.github.evidently.wire;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What a browser's SDK needs (Smithy model's cors trait; its retry headers in the preflight). */
@RunningServer
class CorsIT {

    @LocalServerPort
    int port;

    @Test
    void answersAPreflightWithTheRequestedHeaders() {
        given().port(port)
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "content-type,amz-sdk-invocation-id,amz-sdk-request")
                .options("/events/projects/demo")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Origin", "*")
                .header("Access-Control-Allow-Headers", "content-type,amz-sdk-invocation-id,amz-sdk-request")
                .header("Access-Control-Allow-Methods", containsString("POST"))
                .header("Access-Control-Max-Age", "600")
                .body(emptyString());
    }

    @Test
    void exposesAwsHeadersAlsoOnErrors() {
        exposes(given().port(port)
                .header("Origin", "https://shop.example")
                .get("/projects")
                .then()
                .statusCode(200));
        exposes(given().port(port)
                .header("Origin", "https://shop.example")
                .get("/projects/demo/nothing")
                .then()
                .statusCode(404));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_evidently/events", "/%5Fevidently/events", "/actuator/prometheus", "/nothing"})
    void showsPagesNothingButOperations(String path) {
        given().port(port)
                .urlEncodingEnabled(false)
                .header("Origin", "https://shop.example")
                .get(path)
                .then()
                .header("Access-Control-Allow-Origin", nullValue());
        given().port(port)
                .urlEncodingEnabled(false)
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "PUT")
                .options(path)
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Methods", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_evidently/reset", "/%5Fevidently/reset"})
    void letsNoPageChangeTheServer(String path) {
        given().port(port)
                .urlEncodingEnabled(false)
                .header("Origin", "https://shop.example")
                .post(path)
                .then()
                .statusCode(403)
                .header("x-amzn-ErrorType", "AccessDeniedException");
    }

    private static void exposes(ValidatableResponse response) {
        response.header("Access-Control-Allow-Origin", "*")
                .header("Access-Control-Expose-Headers", containsString("x-amzn-requestid"))
                .header("Access-Control-Expose-Headers", containsString("x-amzn-errortype"));
    }

    @Test
    void leavesOtherClientsAlone() {
        given().port(port).get("/projects").then().statusCode(200).header("Access-Control-Allow-Origin", nullValue());
    }
}
