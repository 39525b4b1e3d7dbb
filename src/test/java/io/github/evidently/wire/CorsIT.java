package io.github.evidently.wire;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** What a browser's SDK needs (Smithy model's cors trait; its retry headers in the preflight). */
@RunningServer
@TestPropertySource(properties = "evidently.cors.origins=https://allowed.example")
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
                .header("Origin", "http://localhost:3000")
                .get("/projects")
                .then()
                .statusCode(200));
        exposes(given().port(port)
                .header("Origin", "https://shop.example")
                .post("/projects/nobody/evaluations/f")
                .then()
                .statusCode(400));
    }

    /** A developer's page on this machine, the server's own console, and no other site. */
    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, localhost:2772, 200",
        "http://127.0.0.1:8080, localhost:2772, 200",
        "http://[::1]:8080, localhost:2772, 200",
        "http://app.localhost:8080, localhost:2772, 200",
        "http://10.1.2.3:2772, 10.1.2.3:2772, 200",
        "https://allowed.example, localhost:2772, 200",
        "http://10.1.2.3:8080, 10.1.2.3:2772, 403",
        "https://shop.example, localhost:2772, 403",
        "http://evil.example:2772, evil.example:2772, 403",
        "http://localhost.evil.example, localhost:2772, 403",
        "http://127.0.0.1.evil.example, localhost:2772, 403",
        "null, localhost:2772, 403"
    })
    void onlyPagesThatAreTrustedCallTheControlPlane(String origin, String host, int status) {
        given().port(port)
                .header("Host", host)
                .header("Origin", origin)
                .get("/projects")
                .then()
                .statusCode(status)
                .header("Access-Control-Allow-Origin", status == 200 ? equalTo("*") : nullValue());
        given().port(port)
                .header("Host", host)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "DELETE")
                .options("/projects/demo/features/f")
                .then()
                .statusCode(200)
                .header("Access-Control-Allow-Methods", status == 200 ? containsString("DELETE") : nullValue());
    }

    @ParameterizedTest
    @CsvSource({"POST, /events/projects/demo", "POST, /projects/demo/evaluations/f", "POST, /projects/demo/evaluations"
    })
    void everyPageCallsTheDataPlane(String method, String path) {
        given().port(port)
                .header("Origin", "https://shop.example")
                .request(method, path)
                .then()
                .header("Access-Control-Allow-Origin", "*");
        given().port(port)
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", method)
                .options(path)
                .then()
                .header("Access-Control-Allow-Methods", containsString("POST"));
    }

    /** DNS rebinding: the page's own name leads here, so that the browser takes it for the server's. */
    @ParameterizedTest
    @CsvSource({
        "evil.example:2772, same-origin, , 403",
        "evil.example:2772, , Mozilla/5.0 (X11), 403",
        "localhost:2772, same-origin, Mozilla/5.0 (X11), 200",
        "127.0.0.1:2772, none, Mozilla/5.0 (X11), 200",
        "[::1]:2772, none, , 200",
        "192.168.1.5:2772, none, Mozilla/5.0 (X11), 200",
        "allowed.example, same-origin, , 200",
        "evidently:2772, , curl/8.0, 200",
        "evidently:2772, , 'Mozilla/5.0 (Windows NT; de) WindowsPowerShell/5.1', 200"
    })
    void aBrowserUnderAnUnknownHostSeesNothingOfTheServer(String host, String site, String agent, int status) {
        RequestSpecification request = given().port(port).header("Host", host);
        if (site != null) {
            request.header("Sec-Fetch-Site", site);
        }
        if (agent != null) {
            request.header("User-Agent", agent);
        }

        for (String path : List.of("/_evidently/export", "/actuator/prometheus", "/projects")) {
            given(request).get(path).then().statusCode(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_evidently/events", "/%5Fevidently/events", "/actuator/prometheus", "/nothing"})
    void showsPagesNothingButOperations(String path) {
        for (String origin : List.of("https://shop.example", "http://localhost:3000")) {
            given().port(port)
                    .urlEncodingEnabled(false)
                    .header("Origin", origin)
                    .get(path)
                    .then()
                    .header("Access-Control-Allow-Origin", nullValue());
            given().port(port)
                    .urlEncodingEnabled(false)
                    .header("Origin", origin)
                    .header("Access-Control-Request-Method", "PUT")
                    .options(path)
                    .then()
                    .statusCode(200)
                    .header("Access-Control-Allow-Methods", nullValue());
        }
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
