package io.github.evidently.results;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** GetExperimentResults of experiments that have run. */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class ExperimentResultsIT {

    private static final JsonMapper JSON = new JsonMapper();

    /** 2026-01-31T12:00:36Z; results are by minutes. */
    private static final long START = 1769860836;

    private static final long START_MINUTE = 1769860800;

    private static final String REPORT = ",\"reportNames\":[\"BayesianInference\"]";

    @LocalServerPort
    int port;

    private ProjectOfTest project;

    /** By how much the values of treatment b are larger. */
    private double effect = 1;

    /** By how much values differ that are of the same treatment. */
    private double spread = 1;

    /** What the server says who gets what. */
    private final Map<String, String> treatments = new LinkedHashMap<>();

    @BeforeEach
    void startExperiment() {
        setClock("{\"time\":" + START + "}");
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
        project.createExperiment("x", "f", "a", "b").statusCode(200);
        project.post(project.path("/experiments/x/start"), "{\"analysisCompleteTime\":" + (START + 86_400) + "}")
                .statusCode(200);
    }

    @AfterEach
    void freeClock() {
        given().port(port).delete("/_evidently/clock").then().statusCode(200);
    }

    @Test
    void areThoseOfTheSamples() {
        evaluate(400);
        Map<String, List<Double>> first = measure(START + 100, 0, 400);
        setClock("{\"advance\":\"PT5M\"}");
        Map<String, List<Double>> all = measure(START + 320, 100, 400);
        first.forEach((treatment, values) -> all.get(treatment).addAll(values));
        measure("nobody", START + 100);
        setClock("{\"advance\":\"PT5M\"}");

        JsonNode results = results("");

        assertThat(results.path("details").isNull()).isTrue();
        assertThat(results.path("reports")).isEmpty();
        assertThat(numbers(results.path("timestamps")))
                .containsExactly((double) START_MINUTE, START_MINUTE + 300.0, START_MINUTE + 600.0);
        assertThat(results.path("resultsData")).hasSize(6);
        assertNumbers(data(results, "a", "Mean"), mean(first, "a"), mean(all, "a"), mean(all, "a"));
        assertNumbers(data(results, "b", "Mean"), mean(first, "b"), mean(all, "b"), mean(all, "b"));
        double effect = mean(all, "b") - mean(all, "a");
        assertThat(numbers(data(results, "b", "TreatmentEffect")).getLast()).isCloseTo(effect, within(1e-9));
        double lower =
                numbers(data(results, "b", "ConfidenceIntervalLowerBound")).getLast();
        double upper =
                numbers(data(results, "b", "ConfidenceIntervalUpperBound")).getLast();
        assertThat(lower).isPositive();
        assertThat((lower + upper) / 2).isCloseTo(effect, within(1e-9));
        assertThat(numbers(data(results, "b", "PValue")))
                .allSatisfy(p -> assertThat(p).isBetween(0.0, 0.05));
    }

    @Test
    void areOfTheTimeAndTheStatisticsAskedFor() {
        evaluate(400);
        measure(START + 100, 0, 400);
        Map<String, List<Double>> late = measure(START + 400, 100, 400);
        setClock("{\"advance\":\"PT20M\"}");

        JsonNode results = results(",\"resultStats\":[\"BaseStat\"],\"period\":600,\"startTime\":" + (START + 300)
                + ",\"endTime\":" + (START + 900));

        assertThat(numbers(results.path("timestamps"))).containsExactly(START_MINUTE + 300.0, START_MINUTE + 900.0);
        assertThat(results.path("resultsData")).hasSize(2);
        assertNumbers(data(results, "a", "Mean"), mean(late, "a"), mean(late, "a"));
    }

    /** Both from the service model. */
    @Test
    void needTenMinutesAndAHundredSamplesOfEachTreatment() {
        evaluate(400);
        measure(START + 1, 0, 400);
        setClock("{\"time\":" + (START + 599) + "}");
        assertNotEnough(results(""), "the experiment must have run for 10 minutes, and 1 is missing.");
        setClock("{\"time\":" + (START + 600) + "}");
        assertThat(results("").path("resultsData")).isNotEmpty();

        // Of the time after that only one treatment has enough.
        treatments.entrySet().stream()
                .filter(entry -> entry.getValue().equals("a"))
                .limit(99)
                .forEach(entry -> measure(entry.getKey(), START + 700));
        treatments.entrySet().stream()
                .filter(entry -> entry.getValue().equals("b"))
                .limit(100)
                .forEach(entry -> measure(entry.getKey(), START + 700));
        setClock("{\"time\":" + (START + 1200) + "}");
        assertNotEnough(results(",\"startTime\":" + (START + 660)), "each treatment needs 100 samples, and a has 99.");
        measure(
                treatments.entrySet().stream()
                        .filter(entry -> entry.getValue().equals("a"))
                        .findFirst()
                        .orElseThrow()
                        .getKey(),
                START + 700);
        assertThat(results(",\"startTime\":" + (START + 660)).path("resultsData"))
                .isNotEmpty();
    }

    @Test
    void haveAReportAtTheEnd() {
        spread = 8;
        evaluate(400);
        Map<String, List<Double>> values = measure(START + 100, 0, 400);
        setClock("{\"advance\":\"PT10M\"}");
        assertThat(results(REPORT).path("reports")).isEmpty();
        JsonNode running = results("");

        project.stop("experiments", "x", "COMPLETED").statusCode(200);

        JsonNode completed = results(REPORT);
        assertThat(completed.path("reports")).hasSize(1);
        JsonNode one = completed.path("reports").get(0);
        assertThat(one.path("metricName").stringValue()).isEqualTo("m");
        assertThat(one.path("treatmentName").stringValue()).isEqualTo("b");
        assertThat(one.path("reportName").stringValue()).isEqualTo("BayesianInference");
        JsonNode content = JSON.readTree(one.path("content").stringValue());
        assertThat(content.path("probabilityOfIncrease").doubleValue()).isGreaterThan(0.9);
        assertThat(content.path("mean").doubleValue()).isCloseTo(mean(values, "b") - mean(values, "a"), within(1e-9));
        assertThat(content.path("lowerBound").doubleValue()).isBetween(0.0, 1.0);
        assertThat(content.path("upperBound").doubleValue()).isBetween(1.0, 2.0);
        assertThat(content.path("expectedLossOfTreatment").doubleValue())
                .isLessThan(content.path("expectedLossOfControl").doubleValue());
        assertThat(content.path("treatmentSamples").intValue())
                .isEqualTo(values.get("b").size());
        assertThat(content.path("controlSamples").intValue())
                .isEqualTo(values.get("a").size());
        // Stopped before its analysis was complete: the test that looks once has nothing to say, and the series goes on
        // as it was.
        assertThat(content.path("finalPValue").isNull()).isTrue();
        assertThat(data(completed, "b", "PValue")).isEqualTo(data(running, "b", "PValue"));
    }

    /** Welch's test looks once, at the time that was said beforehand; the series is never mixed with it. */
    @Test
    void haveALastWordWhereTheExperimentRanToTheEnd() {
        spread = 8;
        evaluate(400);
        measure(START + 100, 0, 400);
        setClock("{\"time\":" + (START + 86_400) + "}");

        JsonNode results = results(REPORT);

        double finalPValue = JSON.readTree(
                        results.path("reports").get(0).path("content").stringValue())
                .path("finalPValue")
                .doubleValue();
        assertThat(finalPValue).isPositive().isLessThan(0.001);
        assertThat(numbers(data(results, "b", "PValue")).getLast()).isGreaterThan(finalPValue);
    }

    /** Of what is not significant any more the interval contains zero, and the p-value says the same. */
    @Test
    void haveAPValueThatAgreesWithTheInterval() {
        evaluate(400);
        measure(START + 60, 0, 400);
        effect = -1;
        measure(START + 320, 0, 400);
        setClock("{\"advance\":\"PT10M\"}");

        JsonNode results = results("");

        List<Double> pValues = numbers(data(results, "b", "PValue"));
        List<Double> lower = numbers(data(results, "b", "ConfidenceIntervalLowerBound"));
        List<Double> upper = numbers(data(results, "b", "ConfidenceIntervalUpperBound"));
        for (int i = 0; i < pValues.size(); i++) {
            assertThat(pValues.get(i) < 0.05).isEqualTo(lower.get(i) > 0 || upper.get(i) < 0);
        }
        assertThat(pValues.getFirst()).isLessThan(0.05);
        assertThat(pValues.getLast()).isGreaterThan(0.5);
        // However many periods there are.
        assertThat(numbers(data(results(",\"period\":90000"), "b", "PValue"))).containsExactly(pValues.getLast());
    }

    /** A treatment that has no samples, or too few, changes nothing about the others. */
    @Test
    void dependOnNoOtherTreatment() {
        project.createFeature("g", "a", "b", "z").statusCode(200);
        project.createExperiment("y", "g", "a", "b", "z").statusCode(200);
        project.post(project.path("/experiments/y/start"), "{\"analysisCompleteTime\":" + (START + 86_400) + "}")
                .statusCode(200);
        evaluate("g", 600);
        measure(START + 60, 0, 600, List.of("a", "b"));
        measure(START + 320, 0, 600, List.of("a", "b"));
        setClock("{\"advance\":\"PT20M\"}");
        JsonNode alone = results("y", List.of("a", "b"), "");

        JsonNode beside = results("y", List.of("a", "b", "z"), "");
        assertThat(beside.path("resultsData")).isEqualTo(alone.path("resultsData"));
        assertThat(beside.path("timestamps")).isEqualTo(alone.path("timestamps"));
        assertThat(beside.path("details").stringValue()).isEqualTo("Each treatment needs 100 samples, and z has 0.");

        measure(START + 700, 0, 600, List.of("z"));
        JsonNode later = results("y", List.of("a", "b", "z"), "");
        assertThat(data(later, "b", "PValue")).isEqualTo(data(alone, "b", "PValue"));
        assertThat(data(later, "b", "ConfidenceIntervalUpperBound"))
                .isEqualTo(data(alone, "b", "ConfidenceIntervalUpperBound"));
        assertThat(data(later, "z", "Mean").get(0).stringValue()).isEqualTo("NaN");
        assertThat(data(later, "z", "Mean").get(2).isNumber()).isTrue();
        assertThat(later.path("details").isNull()).isTrue();
    }

    /** What was shown is not kept: a sample that comes late is part of the time that it is of. */
    @Test
    void areRecomputedWithSamplesThatComeLate() {
        evaluate(400);
        measure(START + 60, 0, 300);
        setClock("{\"advance\":\"PT10M\"}");
        double before = numbers(data(results(""), "a", "Mean")).getFirst();

        effect = 3;
        spread = 80;
        measure(START + 60, 300, 400);

        assertThat(numbers(data(results(""), "a", "Mean")).getFirst()).isNotEqualTo(before);
    }

    @Test
    void sayWhichMistakeKeepsThemAway() {
        evaluate(40);
        for (int i = 0; i < 7; i++) {
            put(List.of("{\"timestamp\":" + START + ",\"type\":\"aws.evidently.custom\",\"data\":"
                    + JSON.writeValueAsString("{\"user\":\"user-1\",\"details\":{\"value\":1}}") + "}"));
        }
        setClock("{\"advance\":\"PT10M\"}");

        assertNotEnough(
                results(""),
                "each treatment needs 100 samples, and a has 0, b has 0. 7 custom events have no string or number at"
                        + " the entityIdKey (entityKeyAbsent).");
    }

    private void setClock(String body) {
        given().port(port).body(body).put("/_evidently/clock").then().statusCode(200);
    }

    /** Evaluates the feature for so many users. */
    private void evaluate(int users) {
        evaluate("f", users);
    }

    private void evaluate(String feature, int users) {
        for (int user = 0; user < users; user += 20) {
            List<Map<String, String>> requests = new ArrayList<>();
            for (int i = user; i < user + 20; i++) {
                requests.add(Map.of("feature", feature, "entityId", "user-" + i));
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

    /** Sends a value of each of those users: 10 and some more, and the effect for treatment b. */
    private Map<String, List<Double>> measure(long time, int from, int to) {
        return measure(time, from, to, List.of("a", "b"));
    }

    /** Only of those who are in such a treatment. */
    private Map<String, List<Double>> measure(long time, int from, int to, List<String> of) {
        Map<String, List<Double>> values = new HashMap<>();
        of.forEach(treatment -> values.put(treatment, new ArrayList<>()));
        List<String> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String treatment = treatments.get("user-" + i);
            if (!of.contains(treatment)) {
                continue;
            }
            double value = 10 + (treatment.equals("b") ? effect : 0) + spread * (i % 8) / 8;
            values.get(treatment).add(value);
            events.add(event("user-" + i, value, time));
            if (events.size() == 50) {
                put(events);
                events.clear();
            }
        }
        if (!events.isEmpty()) {
            put(events);
        }
        return values;
    }

    private void measure(String user, long time) {
        put(List.of(event(user, 10 + treatments.size() % 3, time)));
    }

    private static String event(String user, double value, long time) {
        String data = "{\"userDetails\":{\"userId\":\"" + user + "\"},\"details\":{\"value\":" + value + "}}";
        return "{\"timestamp\":" + time + ",\"type\":\"aws.evidently.custom\",\"data\":" + JSON.writeValueAsString(data)
                + "}";
    }

    private void put(List<String> events) {
        project.post("/events/projects/" + project.name(), "{\"events\":[" + String.join(",", events) + "]}")
                .statusCode(200);
    }

    private JsonNode results(String more) {
        return results("x", List.of("a", "b"), more);
    }

    private JsonNode results(String experiment, List<String> names, String more) {
        return JSON.readTree(project.post(
                        project.path("/experiments/" + experiment + "/results"),
                        "{\"metricNames\":[\"m\"],\"treatmentNames\":" + JSON.writeValueAsString(names) + more + "}")
                .statusCode(200)
                .extract()
                .asString());
    }

    private static void assertNotEnough(JsonNode results, String reason) {
        assertThat(results.path("details").stringValue()).isEqualTo("Not enough events to generate results: " + reason);
        assertThat(results.path("reports")).isEmpty();
        assertThat(results.path("resultsData")).isEmpty();
        assertThat(results.path("timestamps")).isEmpty();
    }

    private static JsonNode data(JsonNode results, String treatment, String statistic) {
        for (JsonNode entry : results.path("resultsData")) {
            if (entry.path("treatmentName").stringValue().equals(treatment)
                    && entry.path("resultStat").stringValue().equals(statistic)) {
                assertThat(entry.path("metricName").stringValue()).isEqualTo("m");
                return entry.path("values");
            }
        }
        throw new AssertionError("no " + statistic + " of " + treatment);
    }

    private static List<Double> numbers(JsonNode list) {
        List<Double> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add(number.doubleValue()));
        return numbers;
    }

    private static void assertNumbers(JsonNode list, double... expected) {
        assertThat(numbers(list).stream().mapToDouble(x -> x).toArray()).containsExactly(expected, within(1e-9));
    }

    private static double mean(Map<String, List<Double>> values, String treatment) {
        return values.get(treatment).stream().mapToDouble(x -> x).average().orElseThrow();
    }
}
