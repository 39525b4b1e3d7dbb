package io.github.evidently.quota;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.AwsSdk;
import io.github.evidently.RunningServer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.ServiceQuotaExceededException;

/** A server that may have two projects and was told to start with three. */
@RunningServer
@TestPropertySource(properties = {"evidently.access.quotas.projects=2", "evidently.project.names=one,two,three"})
class ResourceQuotasIT {

    @LocalServerPort
    int port;

    @Test
    void oneProjectTooManyIsA402() {
        given().port(port).delete("/projects/one").then().statusCode(200);
        given().port(port)
                .body("{\"name\":\"more\"}")
                .post("/projects")
                .then()
                .statusCode(402)
                .header("x-amzn-ErrorType", "ServiceQuotaExceededException")
                .body(equalTo("{\"message\":\"Service quota exceeded: at most 2 projects\","
                        + "\"resourceId\":\"arn:aws:evidently:us-east-1:000000000000:project/more\","
                        + "\"resourceType\":\"project\",\"serviceCode\":\"evidently\",\"quotaCode\":\"projects\"}"));
        // A name that is taken is told first.
        given().port(port).body("{\"name\":\"two\"}").post("/projects").then().statusCode(409);
        try (EvidentlyClient evidently = AwsSdk.client(URI.create("http://localhost:" + port))) {
            assertThatThrownBy(() -> evidently.createProject(request -> request.name("more")))
                    .isInstanceOfSatisfying(
                            ServiceQuotaExceededException.class,
                            e -> assertThat(e.quotaCode()).isEqualTo("projects"));
        }
        given().port(port).delete("/projects/two").then().statusCode(200);
        given().port(port).body("{\"name\":\"more\"}").post("/projects").then().statusCode(200);
    }
}
