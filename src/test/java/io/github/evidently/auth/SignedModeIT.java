package io.github.evidently.auth;

import static io.github.evidently.auth.SignedRequest.signer;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.RunningServer;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** {@code evidently.access.authentication=signed}: what looks like a signature is one. */
@RunningServer
@TestPropertySource(properties = "evidently.access.authentication=signed")
class SignedModeIT {

    @LocalServerPort
    int port;

    @Test
    void aSignatureIsAskedFor() {
        given().port(port)
                .get("/projects")
                .then()
                .statusCode(403)
                .header("x-amzn-ErrorType", "MissingAuthenticationTokenException");
        given().port(port)
                .header("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request")
                .get("/_evidently/events")
                .then()
                .statusCode(403)
                .header("x-amzn-ErrorType", "IncompleteSignatureException");
        given().port(port).get("/actuator/health/readiness").then().statusCode(200);
    }

    @Test
    void whoseItIsIsNot() throws Exception {
        assertThat(signer().as("ANYBODY", "whatever")
                        .region("eu-west-1")
                        .service("other")
                        .time(Instant.EPOCH)
                        .sign("GET", "/projects", "")
                        .send(port))
                .startsWith("HTTP/1.1 200 ");
    }
}
