package io.github.evidently.persistence.postgresql;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The server over HTTP with a store in PostgreSQL, which goes away and comes back. */
@RunningServer
@DirtiesContext
class PostgresqlServerIT {

    private static final String EVENTS =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}";

    private static final DatabaseProxy NETWORK = network();

    @LocalServerPort
    int port;

    private RequestSpecification http;

    private static DatabaseProxy network() {
        try {
            return new DatabaseProxy(PostgresqlServer.port());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DynamicPropertySource
    static void store(DynamicPropertyRegistry properties) {
        String schema = PostgresqlServer.newSchema();
        properties.add("evidently.store.url", () -> "jdbc:postgresql://127.0.0.1:" + NETWORK.port() + "/postgres");
        properties.add("evidently.store.username", () -> schema);
        properties.add("evidently.store.password", () -> "secret");
        properties.add("evidently.project.names", () -> "demo");
    }

    @AfterAll
    static void close() throws IOException {
        NETWORK.close();
    }

    @BeforeEach
    void startOver() {
        http = new RequestSpecBuilder().setPort(port).build();
        given(http).post("/_evidently/reset").then().statusCode(200);
    }

    @Test
    void storesACallAndItsRetryOnce() {
        String first = put("b7e2f0d4-0000-4000-8000-000000000001");

        assertThat(put("b7e2f0d4-0000-4000-8000-000000000001")).isEqualTo(first);
        given(http).get("/_evidently/events/count").then().body("count", equalTo(1));
    }

    @Test
    void isUnavailableWhileTheDatabaseIsAwayAndGoesOnByItself() {
        put("b7e2f0d4-0000-4000-8000-000000000002");
        NETWORK.cut();

        given(http)
                .body(EVENTS)
                .post("/events/projects/demo")
                .then()
                .statusCode(503)
                .header("x-amzn-ErrorType", "ServiceUnavailableException")
                .header("Retry-After", "1")
                .body("message", equalTo("The store cannot be reached; the request may be sent again"));
        given(http).get("/_evidently/events").then().statusCode(503);
        given(http).get("/actuator/health/readiness").then().statusCode(503);
        given(http).get("/projects/demo").then().statusCode(200);

        NETWORK.mend();
        given(http).get("/actuator/health/readiness").then().statusCode(200);
        put("b7e2f0d4-0000-4000-8000-000000000003");
        given(http).get("/_evidently/events/count").then().body("count", equalTo(2));
    }

    @Test
    void hasNoBackupOfItsOwn() {
        given(http)
                .post("/_evidently/backup")
                .then()
                .statusCode(400)
                .body("message", equalTo("A store in PostgreSQL is backed up by its own tools, such as pg_dump"));
    }

    private String put(String invocationId) {
        return given(http)
                .header("amz-sdk-invocation-id", invocationId)
                .body(EVENTS)
                .post("/events/projects/demo")
                .then()
                .statusCode(200)
                .body("failedEventCount", equalTo(0))
                .extract()
                .asString();
    }
}
