package io.github.evidently.evaluation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** The events that evaluations leave. */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class EvaluationEventsIT extends EvaluationFixture {

    @Nested
    class Events {

        @Test
        void haveTypeDetailsSaltAndTypedAttributesAndTheTimeOfTheClock() {
            createFeature("f", Map.of());
            startLaunch("l", step(NOON, Map.of("g2", ALL)));
            evaluate(
                    "f",
                    "anna",
                    "{\"s\":\"x\",\"n\":1.50,\"big\":123456789012345678901234567890,\"b\":true,\"z\":null,"
                            + "\"l\":[1,\"a\",[]],\"m\":{\"k\":{}}}");

            assertThat(given(http)
                            .get("/_evidently/events?project=" + project)
                            .then()
                            .body("events[0].type", equalTo("aws.evidently.evaluation"))
                            .extract()
                            .asString())
                    .contains("\"timestamp\":" + NOON + ".000");
            assertThat(data().getFirst())
                    .isEqualTo("{\"feature\":\"f\",\"entityId\":\"anna\",\"entityAttributes\":{\"s\":{\"s\":\"x\"},"
                            + "\"n\":{\"n\":1.50},\"big\":{\"n\":123456789012345678901234567890},\"b\":{\"b\":true},"
                            + "\"z\":{\"z\":true},\"l\":{\"l\":[{\"n\":1},{\"s\":\"a\"},{\"l\":[]}]},"
                            + "\"m\":{\"m\":{\"k\":{\"m\":{}}}}},\"variation\":\"b\",\"type\":\"LAUNCH_RULE_MATCH\","
                            + "\"details\":{\"launch\":\"l\",\"group\":\"g2\",\"salt\":\"l\"}}");
        }

        @Test
        void ofAnExperimentHaveItsSalt() {
            createFeature("f", Map.of("entityOverrides", Map.of("bert", "b")));
            startExperiment("e", Map.of("t1", ALL), Map.of("randomizationSalt", "pepper \"1\""));
            evaluate("f", "anna");
            evaluate("f", "bert");

            assertThat(events())
                    .extracting(data -> data.path("type").stringValue() + " " + data.path("details"))
                    .containsExactly(
                            "EXPERIMENT_RULE_MATCH"
                                    + " {\"experiment\":\"e\",\"treatment\":\"t1\",\"salt\":\"pepper \\\"1\\\"\"}",
                            "ENTITY_OVERRIDES_MATCH {}");
        }

        /** So that it could have come by PutProjectEvents. */
        @Test
        void areTakenByPutProjectEventsToo() {
            createFeature("f", Map.of());
            evaluate("f", "anna", "{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}");
            String data = given(http)
                    .get("/_evidently/events?project=" + project)
                    .then()
                    .extract()
                    .path("events[0].data");

            post(
                            "/events/projects/" + project,
                            Map.of(
                                    "events",
                                    List.of(Map.of("timestamp", 1, "type", "aws.evidently.evaluation", "data", data))))
                    .statusCode(200)
                    .body("failedEventCount", equalTo(0));
        }

        @Test
        void areThereAtOnceOneForEachEvaluation() {
            createFeature("f", Map.of());
            for (int i = 1; i <= 20; i++) {
                evaluate("f", "anna");
                given(http)
                        .get("/_evidently/events/count?project=" + project + "&feature=f&entityId=anna")
                        .then()
                        .body("count", equalTo(i));
            }
        }

        @Test
        void areCountedByReasonAndOutcome() {
            createFeature("f", Map.of());
            double before = metric("evidently_evaluations_total{reason=\"DEFAULT\"}");
            double stored = metric("evidently_evaluation_events_total{outcome=\"stored\"}");
            evaluate("f", "anna");
            assertThat(events()).hasSize(1);

            assertThat(metric("evidently_evaluations_total{reason=\"DEFAULT\"}"))
                    .isEqualTo(before + 1);
            assertThat(metric("evidently_evaluation_events_total{outcome=\"stored\"}"))
                    .isEqualTo(stored + 1);
            assertThat(metric("evidently_evaluation_events_total{outcome=\"lost\"}"))
                    .isZero();
            assertThat(metric("evidently_evaluation_events_waiting")).isZero();
        }

        private double metric(String name) {
            return given(http)
                    .get("/actuator/prometheus")
                    .then()
                    .statusCode(200)
                    .extract()
                    .asString()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .sum();
        }
    }
}
