package io.github.evidently.quota;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.AwsSdk;
import io.github.evidently.RunningServer;
import io.restassured.response.Response;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.Event;

/** A server that takes ten calls of PutProjectEvents in a second and two of the control plane. */
@RunningServer
@TestPropertySource(
        properties = {
            "evidently.access.quotas.put-project-events=10",
            "evidently.access.quotas.control-plane=2",
            "evidently.project.names=throttled"
        })
class CallQuotasIT {

    private static final String EVENTS =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}";

    @LocalServerPort
    int port;

    @BeforeEach
    void reset() {
        given().port(port).post("/_evidently/reset").then().statusCode(200);
    }

    @Test
    void tooManyCallsAreThrottledAndCountNoEvents() {
        double receivedBefore = metric("evidently_events_received_total");
        double throttledBefore = metric("evidently_calls_throttled_total{quota=\"put-project-events\"}");
        Response refused = callUntilRefused();

        refused.then()
                .statusCode(429)
                .header("x-amzn-ErrorType", "ThrottlingException")
                .header("Retry-After", "1")
                .body(equalTo("{\"message\":\"Rate exceeded\",\"serviceCode\":\"evidently\","
                        + "\"quotaCode\":\"put-project-events\"}"));
        int stored =
                given().port(port).get("/_evidently/events/count").jsonPath().getInt("count");
        assertThat(metric("evidently_events_received_total") - receivedBefore).isEqualTo(stored);
        assertThat(metric("evidently_calls_throttled_total{quota=\"put-project-events\"}") - throttledBefore)
                .isEqualTo(1);
    }

    @Test
    void whatIsTheServersOwnIsNeverThrottled() {
        for (int i = 0; i < 30; i++) {
            given().port(port).get("/_evidently/events/count").then().statusCode(200);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"STANDARD", "ADAPTIVE_V2"})
    void theJavaSdkGetsThroughByTryingAgain(RetryMode mode) {
        double throttledBefore = metric("evidently_calls_throttled_total{quota=\"put-project-events\"}");
        try (EvidentlyClient evidently = AwsSdk.client(
                URI.create("http://localhost:" + port),
                AwsRetryStrategy.forRetryMode(mode).toBuilder().maxAttempts(10).build())) {
            for (int i = 0; i < 25; i++) {
                assertThat(evidently
                                .putProjectEvents(request -> request.project("throttled")
                                        .events(Event.builder()
                                                .timestamp(Instant.EPOCH)
                                                .type("aws.evidently.custom")
                                                .data("{}")
                                                .build()))
                                .failedEventCount())
                        .isZero();
            }
        }
        given().port(port).get("/_evidently/events/count").then().body("count", equalTo(25));
        assertThat(metric("evidently_calls_throttled_total{quota=\"put-project-events\"}"))
                .isGreaterThan(throttledBefore);
    }

    private Response callUntilRefused() {
        while (true) {
            Response response = given().port(port).body(EVENTS).post("/events/projects/throttled");
            if (response.statusCode() != 200) {
                return response;
            }
        }
    }

    /** The sum of all lines that begin so. */
    private double metric(String prefix) {
        return given().port(port)
                .get("/actuator/prometheus")
                .asString()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
