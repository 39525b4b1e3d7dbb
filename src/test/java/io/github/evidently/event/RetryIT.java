package io.github.evidently.event;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.AwsSdk;
import io.github.evidently.CuttingProxy;
import io.github.evidently.RunningServer;
import io.github.evidently.ServerProcess;
import io.restassured.RestAssured;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.Event;
import software.amazon.awssdk.services.evidently.model.EventType;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResponse;
import software.amazon.awssdk.services.evidently.model.PutProjectEventsResultEntry;

/** A call that an SDK repeats stores its events once (the header: AWS SDKs; what it does here: our choice). */
@RunningServer
class RetryIT {

    private static final String INVOCATION_ID = "amz-sdk-invocation-id";

    // One event and one invalid entry.
    private static final String BODY = """
            {"events":[{"timestamp":1,"type":"aws.evidently.custom","data":"{}"},
            {"timestamp":1,"type":"aws.evidently.custom","data":"[]"}]}""";

    @LocalServerPort
    int port;

    private final String project = "retry-" + UUID.randomUUID();
    private final String id = UUID.randomUUID().toString();
    private RequestSpecification http;

    @BeforeEach
    void createProject() {
        http = new RequestSpecBuilder().setPort(port).build();
        given(http)
                .body("{\"name\":\"" + project + "\"}")
                .post("/projects")
                .then()
                .statusCode(200);
    }

    @Test
    void answersARetryAsTheFirstTimeByteForByte() {
        Response first = put(id, BODY);

        Response second = put(id, BODY);

        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(first.jsonPath().getInt("failedEventCount")).isEqualTo(1);
        assertThat(count()).isEqualTo(1);
        assertThat(rejections()).isEqualTo(1);
    }

    @Test
    void storesWhatIsNoRetry() {
        put(id, BODY);

        put(id, BODY + " ");
        put(UUID.randomUUID().toString(), BODY);
        put("", BODY);
        put("", BODY);
        given(http).body(BODY).post("/events/projects/" + project).then().statusCode(200);
        given(http).body(BODY).post("/events/projects/" + project).then().statusCode(200);

        assertThat(count()).isEqualTo(7);
    }

    @Test
    void countsRetries() {
        double before = retried();
        put(id, BODY);
        put(id, BODY);
        put(id, BODY);

        assertThat(retried() - before).isEqualTo(2);
    }

    @Test
    void storesTheEventsOfAnSdkOnceWhenItsAnswersAreLost() throws Exception {
        Event event = Event.builder()
                .timestamp(Instant.EPOCH)
                .type(EventType.AWS_EVIDENTLY_CUSTOM)
                .data("{}")
                .build();
        try (CuttingProxy proxy = new CuttingProxy(port, 2);
                EvidentlyClient evidently = AwsSdk.client(proxy.uri())) {
            PutProjectEventsResponse answer = evidently.putProjectEvents(
                    request -> request.project(project).events(event, event, event));

            assertThat(proxy.cuts()).isEqualTo(2);
            List<String> stored = given(http)
                    .get("/_evidently/events?project=" + project)
                    .jsonPath()
                    .getList("events.eventId");
            assertThat(stored)
                    .hasSize(3)
                    .containsExactlyElementsOf(answer.eventResults().stream()
                            .map(PutProjectEventsResultEntry::eventId)
                            .toList());
        }
    }

    @Test
    void knowsARetryAfterAKill(@TempDir Path directory) throws Exception {
        String first;
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            first = put(server);
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(put(server)).isEqualTo(first);
            int count = RestAssured.get(server.uri("/_evidently/events/count"))
                    .jsonPath()
                    .getInt("count");
            assertThat(count).isEqualTo(1);
        }
    }

    private Response put(String invocationId, String body) {
        return given(http)
                .header(INVOCATION_ID, invocationId)
                .body(body)
                .post("/events/projects/" + project)
                .then()
                .statusCode(200)
                .extract()
                .response();
    }

    private String put(ServerProcess server) {
        return given().header(INVOCATION_ID, id)
                .body(BODY)
                .post(server.uri("/events/projects/demo"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private int count() {
        return given(http)
                .get("/_evidently/events/count?project=" + project)
                .jsonPath()
                .getInt("count");
    }

    private int rejections() {
        return given(http)
                .get("/_evidently/rejections")
                .jsonPath()
                .getList("rejections.findAll { it.project == '" + project + "' }")
                .size();
    }

    private double retried() {
        return given(http)
                .get("/actuator/prometheus")
                .asString()
                .lines()
                .filter(line -> line.startsWith("evidently_calls_retried_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
