package io.github.evidently.evaluation;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A project of its own for each test, whose clock stands at noon, and the calls that tests make in it. */
abstract class EvaluationFixture {

    static final JsonMapper JSON = new JsonMapper();
    static final long ALL = 100_000;

    /** 2026-01-31T12:00:00Z, where the clock of schedules stands unless a test moves it. */
    static final long NOON = 1769860800;

    @LocalServerPort
    int port;

    String project;
    RequestSpecification http;

    @BeforeEach
    void createProject() {
        http = new RequestSpecBuilder()
                .setPort(port)
                .setUrlEncodingEnabled(false)
                .build();
        project = "evaluate-" + UUID.randomUUID();
        setClock(NOON);
        post("/projects", Map.of("name", project)).statusCode(200);
    }

    @AfterEach
    void freeClock() {
        given(http).delete("/_evidently/clock").then().statusCode(200);
    }

    String arn(String rest) {
        return "arn:aws:evidently:us-east-1:000000000000:project/" + project + rest;
    }

    /** The data of all events of the project, in order. */
    List<JsonNode> events() {
        return data().stream().map(JSON::readTree).toList();
    }

    List<String> data() {
        return given(http)
                .get("/_evidently/events?project=" + project)
                .then()
                .statusCode(200)
                .extract()
                .path("events.data");
    }

    Set<String> reasons(String feature, int entities, String context) {
        Set<String> reasons = new HashSet<>();
        for (int i = 0; i < entities; i++) {
            reasons.add(evaluate(feature, "e" + i, context).extract().path("reason"));
        }
        return reasons;
    }

    ValidatableResponse evaluate(String feature, String entityId) {
        return post("/projects/" + project + "/evaluations/" + feature, Map.of("entityId", entityId));
    }

    ValidatableResponse evaluate(String feature, String entityId, @Nullable String context) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("entityId", entityId);
        body.put("evaluationContext", context);
        return post("/projects/" + project + "/evaluations/" + feature, body);
    }

    /** With the variations a (the default) and b, whose values are A and B. */
    void createFeature(String name, Map<String, ?> more) {
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("name", name);
        body.put("variations", List.of(variation("a", "A"), variation("b", "B")));
        post("/projects/" + project + "/features", body).statusCode(200);
    }

    static Map<String, ?> variation(String name, String value) {
        return Map.of("name", name, "value", Map.of("stringValue", value));
    }

    void updateFeature(String name, Map<String, ?> body) {
        patch("/features/" + name, body);
    }

    String createSegment(String pattern) {
        String name = "segment-" + UUID.randomUUID();
        post("/segments", Map.of("name", name, "pattern", pattern)).statusCode(200);
        return name;
    }

    /** Of the feature f, with the groups g1 (variation a) and g2 (variation b). */
    void createLaunch(String name, Map<?, ?>... steps) {
        post(
                        "/projects/" + project + "/launches",
                        Map.of(
                                "name",
                                name,
                                "groups",
                                List.of(group("g1", "f", "a"), group("g2", "f", "b")),
                                "scheduledSplitsConfig",
                                Map.of("steps", List.of(steps))))
                .statusCode(200);
    }

    void startLaunch(String name, Map<?, ?>... steps) {
        createLaunch(name, steps);
        post("/projects/" + project + "/launches/" + name + "/start", Map.of()).statusCode(200);
    }

    static Map<String, String> group(String name, String feature, String variation) {
        return Map.of("name", name, "feature", feature, "variation", variation);
    }

    static Map<String, Object> step(long startTime, Map<String, ?> groupWeights) {
        return Map.of("startTime", startTime, "groupWeights", groupWeights);
    }

    /** Of the feature f, with the treatments t1 (variation a) and t2 (variation b). */
    void startExperiment(String name, Map<String, ?> weights, Map<String, ?> more) {
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("name", name);
        body.put("treatments", List.of(group("t1", "f", "a"), group("t2", "f", "b")));
        body.put("onlineAbConfig", Map.of("controlTreatmentName", "t1", "treatmentWeights", weights));
        body.put(
                "metricGoals",
                List.of(Map.of("metricDefinition", Map.of("name", "m", "entityIdKey", "id", "valueKey", "value"))));
        post("/projects/" + project + "/experiments", body).statusCode(200);
        post("/projects/" + project + "/experiments/" + name + "/start", Map.of("analysisCompleteTime", NOON + 86_400))
                .statusCode(200);
    }

    void updateExperiment(String name, Map<String, ?> body) {
        patch("/experiments/" + name, body);
    }

    void setClock(long time) {
        given(http)
                .body("{\"time\":" + time + "}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200)
                .body("frozen", equalTo(true));
    }

    void advanceClock(String duration) {
        given(http)
                .body("{\"advance\":\"" + duration + "\"}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200);
    }

    ValidatableResponse post(String path, Object body) {
        return given(http).body(JSON.writeValueAsBytes(body)).post(path).then();
    }

    void patch(String path, Object body) {
        given(http)
                .body(JSON.writeValueAsBytes(body))
                .patch("/projects/" + project + path)
                .then()
                .statusCode(200);
    }
}
