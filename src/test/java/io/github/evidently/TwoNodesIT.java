package io.github.evidently;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.SharedPersistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Two servers in this JVM that share a store, as behind a load balancer. */
class TwoNodesIT {

    /** The documented bound is a second; this one allows for a busy machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final String GOOD = event("{}");
    private static final String BAD = event("[]");
    private static final double NOON = 1_769_860_800;

    private static Persistence store;
    private static SharedPersistence oneWay;
    private static SharedPersistence otherWay;
    private static ConfigurableApplicationContext oneServer;
    private static ConfigurableApplicationContext otherServer;

    private RequestSpecification one;
    private RequestSpecification other;

    @BeforeAll
    static void start(@TempDir Path directory) {
        store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
        oneWay = new SharedPersistence(store);
        otherWay = new SharedPersistence(store);
        oneServer = start(oneWay, directory.resolve("one"));
        otherServer = start(otherWay, directory.resolve("other"));
    }

    private static ConfigurableApplicationContext start(Persistence way, Path directory) {
        return new SpringApplicationBuilder(EvidentlyEmulator.class)
                .initializers(context ->
                        ((GenericApplicationContext) context).registerBean("persistence", Persistence.class, () -> way))
                .run(
                        "--spring.main.allow-bean-definition-overriding=true",
                        "--server.port=0",
                        "--evidently.store.directory=" + directory,
                        "--evidently.store.staleness-max=1s",
                        "--evidently.project.names=demo",
                        "--evidently.inspection.clock=true");
    }

    @AfterAll
    static void stop() {
        for (ConfigurableApplicationContext server : List.of(oneServer, otherServer)) {
            server.close();
        }
        store.close();
    }

    @BeforeEach
    void startOver() {
        one = client(oneServer);
        other = client(otherServer);
        given(one).post("/_evidently/reset").then().statusCode(200);
        eventually(() -> assertThat(projects(other)).isEqualTo(projects(one)));
        eventually(() -> clock(other).body("frozen", equalTo(false)));
    }

    private static RequestSpecification client(ConfigurableApplicationContext server) {
        int port = Objects.requireNonNull(server.getEnvironment().getProperty("local.server.port", Integer.class));
        return new RequestSpecBuilder().setPort(port).build();
    }

    @Test
    void aProjectCreatedAtOneTakesEventsAtTheOtherAndARetryGetsTheSameAnswer() {
        given(one).body("{\"name\":\"shop\"}").post("/projects").then().statusCode(200);
        eventually(() -> put(other, "shop", GOOD, "first").then().statusCode(200));

        Response answer = put(other, "shop", GOOD, "call");
        Response retry = put(one, "shop", GOOD, "call");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(retry.asString()).isEqualTo(answer.asString());
        given(one).get("/_evidently/events/count?project=shop").then().body("count", equalTo(2));
    }

    @Test
    void theClockSetAtOneIsSetAtTheOther() {
        given(one).body("{\"time\":1000}").put("/_evidently/clock").then().statusCode(200);
        eventually(() -> clock(other).body("frozen", equalTo(true)).body("time", equalTo(1000.0f)));

        given(other).delete("/_evidently/clock").then().statusCode(200);
        eventually(() -> clock(one).body("frozen", equalTo(false)));
    }

    @Test
    void aFaultAddedAtOneHitsAsManyCallsInAllAsItSays() {
        given(one)
                .body(
                        "{\"operation\":\"ListProjects\",\"count\":2,\"effect\":{\"error\":{\"type\":\"ThrottlingException\"}}}")
                .post("/_evidently/faults")
                .then()
                .statusCode(200);
        eventually(() -> assertThat(faults(other, "id")).hasSize(1));

        int hits = 0;
        for (int i = 0; i < 4; i++) {
            hits += given(one).get("/projects").statusCode() == 429 ? 1 : 0;
            hits += given(other).get("/projects").statusCode() == 429 ? 1 : 0;
        }

        assertThat(hits).isEqualTo(2);
        eventually(() -> assertThat(faults(one, "fired")).containsExactly(2));
        eventually(() -> assertThat(faults(other, "fired")).containsExactly(2));
    }

    @Test
    void aRejectionOfOneIsShownByTheOther() {
        put(one, "demo", BAD, "bad").then().body("failedEventCount", equalTo(1));

        eventually(() -> assertThat(rejections(other)).containsExactly("demo"));
        given(other).post("/_evidently/reset").then().statusCode(200);
        assertThat(rejections(one)).isEmpty();
    }

    @Test
    void aWaitAtOneEndsWithAnEventOfTheOther() throws Exception {
        try (ExecutorService waiters = Executors.newCachedThreadPool()) {
            Callable<List<Number>> wait = () -> given(one)
                    .get("/_evidently/events?wait=PT25S")
                    .then()
                    .statusCode(200)
                    .extract()
                    .path("events.sequence");
            Future<List<Number>> found = waiters.submit(wait);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> oneServer.getBean(Arrivals.class).isAwaited());
            put(other, "demo", GOOD, "waited for").then().statusCode(200);

            assertThat(found.get()).hasSize(1);
        }
    }

    @Test
    void aNodeThatIsCutOffFromTheStoreIsNotReadyAndTheOtherIs() {
        otherWay.cut(true);
        try {
            eventually(() -> readiness(other).statusCode(503).body(containsString("\"state\":{\"status\":\"DOWN\"}")));
            readiness(one).statusCode(200);
        } finally {
            otherWay.cut(false);
        }
        eventually(() -> readiness(other).statusCode(200));
    }

    @Test
    void resultsAreTheSameToTheLastDigit() {
        given(one)
                .body("{\"time\":" + NOON + "}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200);
        post("/projects/demo/features", """
                {"name":"f","variations":[{"name":"a","value":{"longValue":0}},{"name":"b","value":{"longValue":1}}]}""");
        post("/projects/demo/experiments", """
                {"name":"x","treatments":[{"name":"a","feature":"f","variation":"a"},{"name":"b","feature":"f","variation":"b"}],
                 "onlineAbConfig":{"controlTreatmentName":"a","treatmentWeights":{"a":50000,"b":50000}},"samplingRate":100000,
                 "metricGoals":[{"metricDefinition":{"name":"m","entityIdKey":"id","valueKey":"value"}}]}""");
        post("/projects/demo/experiments/x/start", "{\"analysisCompleteTime\":" + (NOON + 86_400) + "}");
        eventually(() -> given(other)
                .get("/projects/demo/experiments/x")
                .then()
                .statusCode(200)
                .body("experiment.status", equalTo("RUNNING")));
        eventually(() -> clock(other).body("frozen", equalTo(true)));
        for (int i = 0; i < 40; i++) {
            RequestSpecification node = i % 2 == 0 ? one : other;
            String entity = "e" + i;
            put(i % 3 == 0 ? one : other, "demo", measurement(entity, Math.exp(i / 3.0)), "m" + i)
                    .then()
                    .statusCode(200);
            given(node)
                    .body("{\"entityId\":\"" + entity + "\"}")
                    .post("/projects/demo/evaluations/f")
                    .then()
                    .statusCode(200);
            if (i % 5 == 0) {
                assertThat(results(node)).contains("RUNNING");
            }
        }
        eventually(() -> assertThat(
                        given(one).get("/_evidently/events/count?project=demo").<Integer>path("count"))
                .isEqualTo(80));

        assertThat(results(one)).isEqualTo(results(other)).doesNotContain("\"samples\":0,");
    }

    private void post(String path, String body) {
        given(one).body(body).post(path).then().statusCode(200);
    }

    private static String results(RequestSpecification node) {
        return given(node)
                .get("/_evidently/results?project=demo&experiment=x")
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(assertion);
    }

    private static Response put(RequestSpecification node, String project, String body, String call) {
        return given(node).header("amz-sdk-invocation-id", call).body(body).post("/events/projects/" + project);
    }

    private static ValidatableResponse clock(RequestSpecification node) {
        return given(node).get("/_evidently/clock").then().statusCode(200);
    }

    private static ValidatableResponse readiness(RequestSpecification node) {
        return given(node).get("/actuator/health/readiness").then();
    }

    private static List<Object> faults(RequestSpecification node, String member) {
        return given(node).get("/_evidently/faults").path("faults." + member);
    }

    private static List<Object> rejections(RequestSpecification node) {
        return given(node).get("/_evidently/rejections").path("rejections.project");
    }

    private static List<Object> projects(RequestSpecification node) {
        return given(node).get("/projects").path("projects.name");
    }

    private static String event(String data) {
        return "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"" + data + "\"}]}";
    }

    private static String measurement(String entity, double value) {
        return "{\"events\":[{\"timestamp\":" + (NOON + 60)
                + ",\"type\":\"aws.evidently.custom\",\"data\":\"{\\\"id\\\":\\\"" + entity + "\\\",\\\"value\\\":"
                + value + "}\"}]}";
    }
}
