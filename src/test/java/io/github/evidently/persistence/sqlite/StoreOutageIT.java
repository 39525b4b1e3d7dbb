package io.github.evidently.persistence.sqlite;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import io.github.evidently.persistence.Persistence;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ExtractableResponse;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/**
 * A store that cannot commit acknowledges nothing, says so, and takes events again by itself.
 *
 * <p>Another connection to the database file holds SQLite's write lock, which is as real as a backup tool that does.
 */
@RunningServer
@TestPropertySource(properties = {"evidently.project.names=demo", "evidently.event.queue-size-max=50"})
class StoreOutageIT {

    private static final String EVENT = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}";
    private static final String FAULTY = "{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"[]\"}";

    @LocalServerPort
    int port;

    @Autowired
    Persistence persistence;

    private RequestSpecification http;

    @BeforeEach
    void startOver() {
        http = new RequestSpecBuilder().setPort(port).build();
        given(http).post("/_evidently/reset").then().statusCode(200);
    }

    @Test
    void fullQueueThenFailedCommitThenRecovery() throws Exception {
        Map<String, Double> before = counters();
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<ExtractableResponse<Response>> waiting;
            try (WriteLock lock = new WriteLock()) {
                waiting = callers.submit(() -> put(50));
                awaitQueue(50);

                // The queue is full: nothing is stored, and the client is told when to come again.
                ExtractableResponse<Response> throttled = put(2);
                assertThat(throttled.statusCode()).isEqualTo(429);
                assertThat(throttled.header("x-amzn-ErrorType")).isEqualTo("ThrottlingException");
                assertThat(throttled.header("Retry-After")).isEqualTo("1");

                // The commit fails: nothing of it is stored.
                ExtractableResponse<Response> failed = waiting.get();
                assertThat(failed.statusCode()).isEqualTo(500);
                assertThat(failed.header("x-amzn-ErrorType")).isEqualTo("InternalServerException");

                // Balancers learn of it, and reads go on.
                given(http)
                        .get("/actuator/health/readiness")
                        .then()
                        .statusCode(503)
                        .body("components.store.status", equalTo("DOWN"));
                given(http).get("/actuator/health/liveness").then().statusCode(200);
                given(http).get("/projects/demo").then().statusCode(200);
                given(http)
                        .get("/_evidently/export")
                        .then()
                        .statusCode(200)
                        .body("projects.name", equalTo(List.of("demo")));

                // A change fails, and leaves everything as it was.
                given(http)
                        .contentType("application/json")
                        .body("{\"name\":\"later\"}")
                        .post("/projects")
                        .then()
                        .statusCode(500);
                given(http).get("/projects/later").then().statusCode(404);
                given(http).get("/_evidently/events/count").then().body("count", equalTo(0));
                assertThat(lock).isNotNull();
            }
        }

        given(http).get("/actuator/health/readiness").then().statusCode(200);
        assertThat(put(1).statusCode()).isEqualTo(200);
        given(http)
                .body("{\"events\":[" + EVENT + "," + FAULTY + "]}")
                .post("/events/projects/demo")
                .then()
                .body("failedEventCount", equalTo(1));
        given(http)
                .body("{\"events\":[" + EVENT + "]}")
                .post("/events/projects/nobody")
                .then()
                .statusCode(404);
        given(http).get("/_evidently/events/count").then().body("count", equalTo(2));

        // Every entry is accounted for.
        Map<String, Double> after = counters();
        assertThat(delta(before, after, "accepted")).isEqualTo(2);
        assertThat(delta(before, after, "rejected")).isEqualTo(2);
        assertThat(delta(before, after, "throttled")).isEqualTo(2);
        assertThat(delta(before, after, "failed")).isEqualTo(50);
        assertThat(delta(before, after, "received")).isEqualTo(2 + 2 + 2 + 50);
    }

    private ExtractableResponse<Response> put(int count) {
        return given(http)
                .body("{\"events\":[" + String.join(",", Collections.nCopies(count, EVENT)) + "]}")
                .post("/events/projects/demo")
                .then()
                .extract();
    }

    private void awaitQueue(int events) {
        String gauge = "evidently_queue_events " + (double) events;
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> scrape().contains(gauge));
    }

    private String scrape() {
        return given(http)
                .get("/actuator/prometheus")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static double delta(Map<String, Double> before, Map<String, Double> after, String outcome) {
        return after.getOrDefault(outcome, 0.0) - before.getOrDefault(outcome, 0.0);
    }

    /** Entries by outcome, over all projects and types; "received" are those of the other counter. */
    private Map<String, Double> counters() {
        Map<String, Double> sums = new java.util.HashMap<>();
        Matcher samples = Pattern.compile("(?m)^evidently_events_(received_)?total\\{(.*)} (\\S+)$")
                .matcher(scrape());
        while (samples.find()) {
            Matcher outcome = Pattern.compile("outcome=\"(.*?)\"").matcher(samples.group(2));
            String name = outcome.find() ? outcome.group(1) : "received";
            sums.merge(name, Double.parseDouble(samples.group(3)), Double::sum);
        }
        return sums;
    }

    /** SQLite's write lock, held by another connection. */
    private final class WriteLock implements AutoCloseable {

        private final Connection connection;

        WriteLock() throws SQLException {
            connection = DriverManager.getConnection("jdbc:sqlite:" + persistence.description());
            try (Statement statement = connection.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
