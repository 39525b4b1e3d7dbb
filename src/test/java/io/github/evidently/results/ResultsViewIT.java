package io.github.evidently.results;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /_evidently/results} and {@code /_evidently/power}; all of it our choice. */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class ResultsViewIT {

    private static final JsonMapper JSON = new JsonMapper();

    /** 2026-01-31T12:00:36Z. */
    private static final long START = 1769860836;

    @LocalServerPort
    int port;

    private ProjectOfTest project;
    private final Map<String, String> treatments = new LinkedHashMap<>();

    @BeforeEach
    void startExperiment() {
        setClock("{\"time\":" + START + "}");
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
        project.post(
                        project.path("/experiments"),
                        ProjectOfTest.experiment("x", "f", "", "a", "b")
                                .replace(
                                        "\"metricGoals\":[",
                                        "\"metricGoals\":[{\"desiredChange\":\"DECREASE\",\"metricDefinition\":"
                                                + ProjectOfTest.metric("slow") + "},"))
                .statusCode(200);
    }

    @AfterEach
    void freeClock() {
        given().port(port).delete("/_evidently/clock").then().statusCode(200);
    }

    @Test
    void tellAllThatIsKnown() {
        start();
        evaluate(800, "Firefox");
        int sent = measure(START + 60, 2);
        put(List.of(event("user-1", "\"7\"", START + 60), event("nobody", "7", START + 60)));
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode view = results("");

        assertThat(view.path("status").stringValue()).isEqualTo("RUNNING");
        assertThat(view.path("startTime").doubleValue()).isEqualTo(START);
        assertThat(view.path("minutesMissing").intValue()).isZero();
        assertThat(view.path("entityWeight").intValue()).isEqualTo(1);
        JsonNode ratio = view.path("sampleRatio");
        assertThat(ratio.path("entities").path("a").intValue()
                        + ratio.path("entities").path("b").intValue())
                .isEqualTo(800);
        assertThat(ratio.path("weights").path("a").intValue()).isEqualTo(50_000);
        assertThat(ratio.path("sequentialPValue").doubleValue()).isEqualTo(1);
        assertThat(ratio.path("inSeveralTreatments").intValue()).isZero();
        assertThat(view.path("metrics")).hasSize(2);
        JsonNode metric = view.path("metrics").get(1);
        assertThat(metric.path("name").stringValue()).isEqualTo("m");
        assertThat(metric.path("notCounted").path("valueNotANumber").intValue()).isEqualTo(1);
        assertThat(metric.path("notCounted").path("notEvaluated").intValue()).isEqualTo(1);
        assertThat(metric.path("notCounted").path("tooLate").intValue()).isZero();
        assertThat(metric.path("lastNotCounted")
                        .path("valueNotANumber")
                        .path("data")
                        .stringValue())
                .contains("\"value\":\"7\"");
        JsonNode a = metric.path("treatments").get(0);
        JsonNode b = metric.path("treatments").get(1);
        assertThat(a.path("control").booleanValue()).isTrue();
        assertThat(a.path("comparison").isNull()).isTrue();
        assertThat(a.path("samples").intValue() + b.path("samples").intValue()).isEqualTo(sent);
        assertThat(a.path("mean").doubleValue() * a.path("samples").intValue())
                .isCloseTo(a.path("sum").doubleValue(), within(1e-6));
        JsonNode comparison = b.path("comparison");
        double effect = b.path("mean").doubleValue() - a.path("mean").doubleValue();
        assertThat(comparison.path("effect").doubleValue()).isCloseTo(effect, within(1e-9));
        assertThat(comparison.path("relativeEffect").doubleValue())
                .isCloseTo(effect / a.path("mean").doubleValue(), within(1e-9));
        assertThat(comparison.path("lowerBound").doubleValue()).isPositive();
        assertThat(comparison.path("pValue").doubleValue()).isLessThan(0.001);
        assertThat(b.path("holmPValue").doubleValue())
                .isCloseTo(2 * comparison.path("pValue").doubleValue(), within(1e-12));
        assertThat(b.path("verdict").stringValue()).isEqualTo("better");
        assertThat(view.path("metrics")
                        .get(0)
                        .path("treatments")
                        .get(1)
                        .path("verdict")
                        .stringValue())
                .isEqualTo("worse");
        assertThat(b.path("finalPValue").isNull()).isTrue();
        assertThat(b.path("entitiesWithSamples").intValue())
                .isEqualTo(b.path("samples").intValue());
        assertThat(b.path("conversion").path("mean").doubleValue())
                .isCloseTo(b.path("samples").intValue() / b.path("entities").doubleValue(), within(1e-9));
        assertThat(b.path("points")).isNotEmpty();
        assertThat(b.path("points").get(0).path("samples").intValue())
                .isEqualTo(b.path("samples").intValue());
        assertThat(results("&metric=slow").path("metrics")).hasSize(1);
    }

    /** The same price, and twice as many who buy: nothing per event, everything per visitor. */
    @Test
    void compareMetricsPerVisitor() {
        start();
        evaluate(1_200, "Firefox");
        List<String> events = new ArrayList<>();
        int i = 0;
        for (Map.Entry<String, String> entry : treatments.entrySet()) {
            i++;
            if (i % 4 == 0 || (entry.getValue().equals("b") && i % 4 == 2)) {
                events.add(event(entry.getKey(), Integer.toString(10 + i % 3), START + 60));
            }
        }
        send(events);
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode b =
                results("&metric=m").path("metrics").get(0).path("treatments").get(1);

        assertThat(b.path("comparison").path("pValue").doubleValue()).isGreaterThan(0.2);
        assertThat(b.path("perVisitor").path("pValue").doubleValue()).isLessThan(0.001);
        assertThat(b.path("conversion").path("effect").doubleValue()).isCloseTo(0.25, within(0.08));
    }

    /** One value of a million makes the interval useless; the answer shows it, and what is left without it. */
    @Test
    void showAndCutValuesThatDominate() {
        start();
        evaluate(800, "Firefox");
        measure(START + 60, 2);
        put(List.of(event(someOf("a"), "1000000", START + 60)));
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode raw = results("&metric=m").path("metrics").get(0).path("treatments");
        assertThat(raw.get(0).path("largest").path("value").doubleValue()).isEqualTo(1e6);
        assertThat(raw.get(0).path("largest").path("varianceShare").doubleValue())
                .isGreaterThan(0.99);
        assertThat(raw.get(1).path("verdict").stringValue()).isEqualTo("inconclusive");

        JsonNode view = results("&metric=m&winsorize=99");
        assertThat(view.path("analysis").path("m").path("samplesCut").intValue())
                .isBetween(1, 10);
        assertThat(view.path("analysis").path("m").path("amountCut").doubleValue())
                .isGreaterThan(9e5);
        JsonNode cut = view.path("metrics").get(0).path("treatments");
        assertThat(cut.get(0).path("largest").path("value").doubleValue()).isLessThan(100);
        assertThat(cut.get(1).path("verdict").stringValue()).isEqualTo("better");
    }

    @Test
    void canBeBrokenDownByAnAttribute() {
        start();
        evaluate(500, "Firefox");
        evaluate(900, "Safari");
        measure(START + 60, 2);
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode breakdown =
                results("&metric=m&attribute=browser").path("analysis").path("breakdown");

        assertThat(breakdown).hasSize(2);
        assertThat(breakdown.get(0).path("value").stringValue()).isEqualTo("Firefox");
        assertThat(breakdown.get(1).path("value").stringValue()).isEqualTo("Safari");
        JsonNode firefox = breakdown.get(0).path("metrics").get(0).path("treatments");
        assertThat(firefox.get(0).path("entities").intValue()
                        + firefox.get(1).path("entities").intValue())
                .isEqualTo(500);
        assertThat(firefox.get(1).path("comparison").path("effect").doubleValue())
                .isCloseTo(2, within(1.0));
        assertThat(results("&attribute=unknown")
                        .path("analysis")
                        .path("breakdown")
                        .get(0)
                        .path("value")
                        .stringValue())
                .isEqualTo("(none)");
    }

    /** CUPED: what differs between entities was there before. */
    @Test
    void canBeAdjustedForWhatWasBefore() {
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
            before.add(event("user-" + i, Integer.toString(100 + i % 40), START - 3_600));
        }
        send(before);
        start();
        evaluate(800, "Firefox");
        List<String> after = new ArrayList<>();
        for (int i = 0; i < 800; i++) {
            int effect = "b".equals(treatments.get("user-" + i)) ? 1 : 0;
            after.add(event("user-" + i, Integer.toString(100 + i % 40 + effect), START + 60));
        }
        send(after);
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode b = results("&metric=m&daysBefore=7")
                .path("metrics")
                .get(0)
                .path("treatments")
                .get(1);

        assertThat(b.path("perVisitor").path("pValue").doubleValue()).isGreaterThan(0.05);
        JsonNode adjusted = b.path("adjusted");
        assertThat(adjusted.path("slope").doubleValue()).isCloseTo(1, within(0.05));
        assertThat(adjusted.path("varianceReduction").doubleValue()).isGreaterThan(0.9);
        assertThat(adjusted.path("comparison").path("effect").doubleValue()).isCloseTo(1, within(0.2));
        assertThat(adjusted.path("comparison").path("pValue").doubleValue()).isLessThan(0.001);
    }

    @Test
    void canBeReadAsCsv() {
        start();
        evaluate(800, "Firefox");
        measure(START + 60, 2);
        setClock("{\"advance\":\"PT10M\"}");

        String csv = get("/_evidently/results?project=" + project.name() + "&experiment=x&metric=m&format=csv")
                .statusCode(200)
                .contentType(startsWith("text/csv"))
                .extract()
                .asString();

        List<String> lines = csv.lines().toList();
        assertThat(lines.getFirst())
                .isEqualTo("metric,treatment,time,samples,mean,standardError,effect,relativeEffect,lowerBound,"
                        + "upperBound,pValue");
        assertThat(lines.get(1)).startsWith("\"m\",\"a\",");
        assertThat(lines.get(2)).startsWith("\"m\",\"b\",");
        assertThat(lines.get(2).split(",", -1)).hasSize(11).noneMatch(String::isEmpty);
    }

    /** Welch's test is a row of its own, at the end that was said beforehand. */
    @Test
    void haveALastWordWhereTheExperimentRanToTheEnd() {
        start();
        evaluate(800, "Firefox");
        measure(START + 60, 2);
        setClock("{\"time\":" + (START + 86_400) + "}");

        JsonNode b =
                results("&metric=m").path("metrics").get(0).path("treatments").get(1);

        assertThat(b.path("finalPValue").doubleValue())
                .isLessThan(b.path("comparison").path("pValue").doubleValue());
    }

    @Test
    void tellWhatIsMissingBeforeThereIsAnything() {
        assertThat(results("").path("status").stringValue()).isEqualTo("CREATED");
        assertThat(results("").path("minutesMissing").intValue()).isEqualTo(10);
        start();
        setClock("{\"advance\":\"PT3M\"}");

        JsonNode view = results("");

        assertThat(view.path("minutesMissing").intValue()).isEqualTo(7);
        assertThat(view.path("metrics")
                        .get(0)
                        .path("treatments")
                        .get(0)
                        .path("samplesMissing")
                        .intValue())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "experiment=x | project",
                "project=%s | experiment",
                "project=%s&experiment=x&metric=z | metric",
                "project=%s&experiment=x&format=xml | format",
                "project=%s&experiment=x&winsorize=100 | winsorize",
                "project=%s&experiment=x&daysBefore=91 | daysBefore",
                "project=%s&experiment=x&wrong=1 | wrong"
            })
    void refuseWhatTheyDoNotKnow(String query, String member) {
        get("/_evidently/results?" + query.formatted(project.name()))
                .statusCode(400)
                .body("fieldList[0].name", equalTo(member));
    }

    @Test
    void areOfOneAnalysisAtATime() {
        get("/_evidently/results?project=" + project.name() + "&experiment=x&winsorize=99&attribute=a")
                .statusCode(400)
                .body("message", containsString("Only one of winsorize, attribute and daysBefore"));
    }

    @Test
    void areNotFoundOfWhatIsNotThere() {
        get("/_evidently/results?project=" + project.name() + "&experiment=missing")
                .statusCode(404);
        get("/_evidently/results?project=missing&experiment=x").statusCode(404);
    }

    @Test
    void tellHowManyEntitiesAnExperimentNeeds() {
        get("/_evidently/power?effect=0.1&entitiesPerDay=500")
                .statusCode(200)
                .body("entitiesPerTreatmentWithOneLook", equalTo(1_570))
                .body("entitiesWithOneLook", equalTo(3_140))
                .body("daysWithOneLook", equalTo(7f));
        get("/_evidently/power?effect=0").statusCode(400).body("fieldList[0].name", equalTo("effect"));
        get("/_evidently/power?effect=1&standardDeviation=0")
                .statusCode(400)
                .body("fieldList[0].name", equalTo("standardDeviation"));
        get("/_evidently/power").statusCode(400).body("fieldList[0].name", equalTo("effect"));
        get("/_evidently/power?effect=NaN").statusCode(400);
    }

    @Test
    void areShownAsAMetric() {
        start();
        evaluate(20, "Firefox");
        put(List.of(event("user-1", "7", START + 60), event("nobody", "7", START + 60)));
        JsonNode _ = results("");

        String metrics = get("/actuator/prometheus").statusCode(200).extract().asString();

        assertThat(metrics.lines()
                        .filter(line -> line.startsWith("evidently_experiment_events{")
                                && line.contains("project=\"" + project.name() + "\"")
                                && line.contains("metric=\"m\"")))
                .anyMatch(line -> line.contains("outcome=\"counted\"") && line.endsWith(" 1.0"))
                .anyMatch(line -> line.contains("outcome=\"notEvaluated\"") && line.endsWith(" 1.0"));
    }

    private void start() {
        project.post(project.path("/experiments/x/start"), "{\"analysisCompleteTime\":" + (START + 86_400) + "}")
                .statusCode(200);
    }

    private String someOf(String treatment) {
        return treatments.entrySet().stream()
                .filter(entry -> entry.getValue().equals(treatment))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    /** Evaluates the feature for all users up to that one who were not yet. */
    private void evaluate(int users, String browser) {
        for (int user = treatments.size(); user < users; user += 20) {
            List<Map<String, String>> requests = new ArrayList<>();
            for (int i = user; i < user + 20; i++) {
                requests.add(Map.of(
                        "feature",
                        "f",
                        "entityId",
                        "user-" + i,
                        "evaluationContext",
                        "{\"browser\":\"" + browser + "\"}"));
            }
            String answer = project.post(
                            project.path("/evaluations"), JSON.writeValueAsString(Map.of("requests", requests)))
                    .statusCode(200)
                    .extract()
                    .asString();
            for (JsonNode result : JSON.readTree(answer).path("results")) {
                JsonNode details = JSON.readTree(result.path("details").stringValue());
                treatments.put(
                        result.path("entityId").stringValue(),
                        details.path("treatment").stringValue());
            }
        }
    }

    /** Sends a value of half of the users: 10 and some more, and the effect for treatment b. Returns how many. */
    private int measure(long time, double effect) {
        List<String> events = new ArrayList<>();
        int i = 0;
        for (Map.Entry<String, String> entry : treatments.entrySet()) {
            if (i++ % 2 == 0) {
                double value = 10 + (entry.getValue().equals("b") ? effect : 0) + (i * 7 % 16) / 4.0;
                events.add(event(entry.getKey(), Double.toString(value), time));
            }
        }
        send(events);
        return events.size();
    }

    private static String event(String user, String value, long time) {
        String data = "{\"userDetails\":{\"userId\":\"" + user + "\"},\"details\":{\"value\":" + value + "}}";
        return "{\"timestamp\":" + time + ",\"type\":\"aws.evidently.custom\",\"data\":" + JSON.writeValueAsString(data)
                + "}";
    }

    private void send(List<String> events) {
        for (int i = 0; i < events.size(); i += 50) {
            put(events.subList(i, Math.min(i + 50, events.size())));
        }
    }

    private void put(List<String> events) {
        project.post("/events/projects/" + project.name(), "{\"events\":[" + String.join(",", events) + "]}")
                .statusCode(200);
    }

    private JsonNode results(String more) {
        return JSON.readTree(get("/_evidently/results?project=" + project.name() + "&experiment=x" + more)
                .statusCode(200)
                .extract()
                .asString());
    }

    private ValidatableResponse get(String path) {
        return given().port(port).get(path).then();
    }

    private void setClock(String body) {
        given().port(port).body(body).put("/_evidently/clock").then().statusCode(200);
    }
}
