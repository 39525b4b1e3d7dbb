package io.github.evidently.evaluation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.RunningServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;

/** Which rule decides an evaluation: segments, precedence, schedules, and changes of them. */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class EvaluationRulesIT extends EvaluationFixture {

    @Nested
    class Segments {

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"a":[null]}                         | {"a":null}        | {"a":""}
                {"a":[""]}                           | {"a":""}          | {"a":" "}
                {"a":["Chrome"]}                     | {"a":"Chrome"}    | {"a":"chrome"}
                {"a":[1],"b":[2]}                    | {"a":1,"b":2}     | {"a":1}
                {"a":[1,2]}                          | {"a":2}           | {"a":3}
                {"$or":[{"a":[1]},{"b":[2]}]}        | {"b":2}           | {"a":2}
                {"a":[{"anything-but":["x"]}]}       | {"a":"y"}         | {"a":"x"}
                {"a":[{"numeric":["=",100]}]}        | {"a":1e2}         | {"a":101}
                {"a":[{"numeric":[">",10,"<=",20]}]} | {"a":20}          | {"a":10}
                {"a":[{"exists":true}]}              | {"a":false}       | {"b":1}
                {"a":[{"exists":false}]}             | {"b":1}           | {"a":null}
                {"a":[{"prefix":"us-"}]}             | {"a":"us-east-1"} | {"a":"eu-us-"}
                {"a":[{"suffix":".png"}]}            | {"a":"x.png"}     | {"a":"x.png."}
                {"a":{"b":[1]}}                      | {"a":{"b":1}}     | {"b":1}
                """)
        void decideByEveryOperatorOfTheUserGuide(String pattern, String member, String stranger) {
            createFeature("f", Map.of());
            startExperiment("e", Map.of("t2", ALL), Map.of("segment", createSegment(pattern)));

            evaluate("f", "anna", member).body("reason", equalTo("EXPERIMENT_RULE_MATCH"));
            evaluate("f", "anna", stranger).body("reason", equalTo("DEFAULT"));
        }

        @Test
        void areAskedInTheirEvaluationOrderWhateverTheirPlaceInTheRequest() {
            createFeature("f", Map.of());
            String all = createSegment("{\"a\":[{\"exists\":true}]}");
            String one = createSegment("{\"a\":[1]}");
            startLaunch(
                    "l",
                    Map.of(
                            "startTime",
                            NOON,
                            "groupWeights",
                            Map.of(),
                            "segmentOverrides",
                            List.of(override(7, all, Map.of("g1", ALL)), override(-3, one, Map.of("g2", ALL)))));

            evaluate("f", "anna", "{\"a\":1}").body("variation", equalTo("b"));
            evaluate("f", "anna", "{\"a\":2}")
                    .body("variation", equalTo("a"))
                    .body("reason", equalTo("LAUNCH_RULE_MATCH"));
            evaluate("f", "anna", "{}").body("reason", equalTo("DEFAULT"));
        }

        @Test
        void mayHaveWeightsOverAllAsTerraformObserved() {
            createFeature("f", Map.of());
            String segment = createSegment("{\"a\":[1]}");
            startLaunch(
                    "l",
                    Map.of(
                            "startTime",
                            NOON,
                            "groupWeights",
                            Map.of("g1", 0),
                            "segmentOverrides",
                            List.of(override(1, segment, Map.of("g1", 60_000, "g2", 70_000)))));

            assertThat(reasons("f", 50, "{\"a\":1}")).containsOnly("LAUNCH_RULE_MATCH");
            assertThat(reasons("f", 50, "{\"a\":2}")).containsOnly("DEFAULT");
        }

        private static Map<String, Object> override(long order, String segment, Map<String, ?> weights) {
            return Map.of("evaluationOrder", order, "segment", segment, "weights", weights);
        }
    }

    @Nested
    class Precedence {

        @Test
        void anOverrideBeatsALaunchBeatsAnExperiment() {
            createFeature("f", Map.of("entityOverrides", Map.of("anna", "b")));
            startExperiment("e", Map.of("t2", ALL), Map.of());
            evaluate("f", "bert").body("reason", equalTo("EXPERIMENT_RULE_MATCH"));

            startLaunch("l", step(NOON, Map.of("g1", ALL)));
            evaluate("f", "bert").body("reason", equalTo("LAUNCH_RULE_MATCH"));
            evaluate("f", "anna").body("reason", equalTo("ENTITY_OVERRIDES_MATCH"));
        }

        @Test
        void whatALaunchLeavesGoesToTheExperiment() {
            createFeature("f", Map.of());
            startExperiment("e", Map.of("t2", ALL), Map.of());
            startLaunch("l", step(NOON, Map.of("g1", 50_000, "g2", 0)));

            assertThat(reasons("f", 100, "{}")).containsOnly("LAUNCH_RULE_MATCH", "EXPERIMENT_RULE_MATCH");
        }

        /** Our reading of "serve the default variation to all users": also to those with an override. */
        @Test
        void defaultVariationBeatsAll() {
            createFeature("f", Map.of("entityOverrides", Map.of("anna", "b")));
            startExperiment("e", Map.of("t2", ALL), Map.of());
            startLaunch("l", step(NOON, Map.of("g2", ALL)));

            updateFeature("f", Map.of("evaluationStrategy", "DEFAULT_VARIATION"));
            evaluate("f", "anna").body("reason", equalTo("DEFAULT")).body("variation", equalTo("a"));
            evaluate("f", "bert").body("reason", equalTo("DEFAULT")).body("variation", equalTo("a"));

            updateFeature("f", Map.of("evaluationStrategy", "ALL_RULES"));
            evaluate("f", "anna").body("reason", equalTo("ENTITY_OVERRIDES_MATCH"));
            evaluate("f", "bert").body("reason", equalTo("LAUNCH_RULE_MATCH"));
        }

        @Test
        void anEntityIsInOneGroupOfALaunchForAllItsFeatures() {
            createFeature("f", Map.of());
            createFeature("g", Map.of());
            post(
                            "/projects/" + project + "/launches",
                            Map.of(
                                    "name",
                                    "l",
                                    "groups",
                                    List.of(group("gf", "f", "b"), group("gg", "g", "b")),
                                    "scheduledSplitsConfig",
                                    Map.of("steps", List.of(step(NOON, Map.of("gf", 50_000, "gg", 50_000))))))
                    .statusCode(200);
            post("/projects/" + project + "/launches/l/start", Map.of()).statusCode(200);

            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                String ofF = evaluate("f", "e" + i).extract().path("reason");
                String ofG = evaluate("g", "e" + i).extract().path("reason");
                seen.add(ofF + " " + ofG);
            }
            // One that is in the group of f cannot be in that of g.
            assertThat(seen).containsOnly("LAUNCH_RULE_MATCH DEFAULT", "DEFAULT LAUNCH_RULE_MATCH");
        }
    }

    @Nested
    class Sticky {

        @Test
        void raisingTheSamplingRateKeepsEverybodysTreatmentAndLoweringMovesNobodyToAnother() {
            createFeature("f", Map.of());
            startExperiment("e", Map.of("t1", 50_000, "t2", 50_000), Map.of("samplingRate", 30_000));
            List<String> at30 = details(100);

            updateExperiment("e", Map.of("samplingRate", 70_000));
            List<String> at70 = details(100);
            updateExperiment("e", Map.of("samplingRate", 30_000));

            assertThat(details(100)).isEqualTo(at30);
            assertThat(at70.stream().filter("{}"::equals).count()).isLessThan(50);
            for (int i = 0; i < 100; i++) {
                if (!at30.get(i).equals("{}")) {
                    assertThat(at70.get(i)).isEqualTo(at30.get(i));
                }
            }
        }

        @Test
        void aSaltOfItsOwnDividesAnew() {
            createFeature("f", Map.of());
            startExperiment("e", Map.of("t1", 50_000, "t2", 50_000), Map.of());
            List<String> byName = details(100);
            post("/projects/" + project + "/experiments/e/cancel", Map.of()).statusCode(200);
            startExperiment("e2", Map.of("t1", 50_000, "t2", 50_000), Map.of("randomizationSalt", "e"));

            // An experiment's salt is its name unless it has one: the same salt, the same treatments.
            assertThat(details(100).stream()
                            .map(text -> text.replace("e2", "e"))
                            .toList())
                    .isEqualTo(byName);
            post("/projects/" + project + "/experiments/e2/cancel", Map.of()).statusCode(200);
            startExperiment("e3", Map.of("t1", 50_000, "t2", 50_000), Map.of());
            assertThat(details(100).stream()
                            .map(text -> text.replace("e3", "e"))
                            .toList())
                    .isNotEqualTo(byName);
        }

        private List<String> details(int entities) {
            List<String> details = new ArrayList<>();
            for (int start = 0; start < entities; start += 20) {
                List<?> requests = IntStream.range(start, Math.min(start + 20, entities))
                        .mapToObj(i -> Map.of("feature", "f", "entityId", "e" + i))
                        .toList();
                details.addAll(post("/projects/" + project + "/evaluations", Map.of("requests", requests))
                        .extract()
                        .<List<String>>path("results.details"));
            }
            return details;
        }
    }

    @Nested
    class Schedule {

        @Test
        void followsTheStepsByTheClockToTheSecond() {
            createFeature("f", Map.of());
            // Not in the order of their times.
            startLaunch("l", step(NOON + 7_200, Map.of("g1", ALL)), step(NOON + 3_600, Map.of("g2", ALL)));

            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            setClock(NOON + 3_599);
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            advanceClock("PT1S");
            evaluate("f", "anna").body("reason", equalTo("LAUNCH_RULE_MATCH")).body("variation", equalTo("b"));
            advanceClock("PT59M59.999S");
            evaluate("f", "anna").body("variation", equalTo("b"));
            advanceClock("PT0.001S");
            evaluate("f", "anna").body("reason", equalTo("LAUNCH_RULE_MATCH")).body("variation", equalTo("a"));
        }

        @Test
        void theServersOwnClockWhenItIsFreeAgain() {
            createFeature("f", Map.of());
            // Long over by the clock of the machine that runs this, not yet begun by the frozen one.
            setClock(1_000_000_000);
            startLaunch("l", step(1_500_000_000, Map.of("g2", ALL)));

            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            given(http).delete("/_evidently/clock").then().body("frozen", equalTo(false));
            evaluate("f", "anna").body("reason", equalTo("LAUNCH_RULE_MATCH"));
        }

        @Test
        void anExperimentGoesOnPastTheEndOfItsAnalysis() {
            createFeature("f", Map.of());
            startExperiment("e", Map.of("t2", ALL), Map.of());
            advanceClock("P60D");

            evaluate("f", "anna").body("reason", equalTo("EXPERIMENT_RULE_MATCH"));
        }
    }

    @Nested
    class Changes {

        @Test
        void areSeenByTheNextCall() {
            createFeature("f", Map.of());
            for (int i = 0; i < 20; i++) {
                String variation = i % 2 == 0 ? "b" : "a";
                updateFeature("f", Map.of("defaultVariation", variation));
                evaluate("f", "anna").body("variation", equalTo(variation));
            }
            updateFeature("f", Map.of("addOrUpdateVariations", List.of(variation("a", "new"))));
            evaluate("f", "anna").body("value.stringValue", equalTo("new"));
            updateFeature("f", Map.of("entityOverrides", Map.of("anna", "b")));
            evaluate("f", "anna").body("reason", equalTo("ENTITY_OVERRIDES_MATCH"));
            updateFeature("f", Map.of("entityOverrides", Map.of()));
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
        }

        @Test
        void ofALaunchAndAnExperimentAreSeenByTheNextCall() {
            createFeature("f", Map.of());
            createLaunch("l", step(NOON, Map.of("g2", ALL)));
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            post("/projects/" + project + "/launches/l/start", Map.of()).statusCode(200);
            evaluate("f", "anna").body("variation", equalTo("b"));
            patch(
                    "/launches/l",
                    Map.of("scheduledSplitsConfig", Map.of("steps", List.of(step(NOON, Map.of("g1", ALL))))));
            evaluate("f", "anna").body("variation", equalTo("a")).body("reason", equalTo("LAUNCH_RULE_MATCH"));
            post("/projects/" + project + "/launches/l/cancel", Map.of()).statusCode(200);
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));

            startExperiment("e", Map.of("t2", ALL), Map.of());
            evaluate("f", "anna").body("reason", equalTo("EXPERIMENT_RULE_MATCH"));
            updateExperiment("e", Map.of("samplingRate", 0));
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            updateExperiment("e", Map.of("samplingRate", ALL));
            post("/projects/" + project + "/experiments/e/cancel", Map.of("desiredState", "CANCELLED"))
                    .statusCode(200);
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
        }

        @Test
        void aDeletedFeatureIsGoneAndMayComeAgain() {
            createFeature("f", Map.of("entityOverrides", Map.of("anna", "b")));
            evaluate("f", "anna").body("variation", equalTo("b"));

            given(http).delete("/projects/" + project + "/features/f").then().statusCode(200);
            evaluate("f", "anna").statusCode(404);
            createFeature("f", Map.of());
            evaluate("f", "anna").body("variation", equalTo("a"));
        }

        @Test
        void ofAFeatureUnderWayShowOneStateOrTheOther() throws Exception {
            createFeature("f", Map.of());
            createFeature("g", Map.of());
            AtomicBoolean done = new AtomicBoolean();
            Set<String> expected = Set.of("a A DEFAULT", "b flipped DEFAULT");
            try (ExecutorService threads = Executors.newCachedThreadPool()) {
                List<Future<Set<String>>> readers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    readers.add(threads.submit((Callable<Set<String>>) () -> {
                        Set<String> seen = new HashSet<>();
                        while (!done.get()) {
                            JsonNode answer = JSON.readTree(
                                    evaluate("f", "anna").extract().asByteArray());
                            seen.add(answer.path("variation").stringValue()
                                    + " "
                                    + answer.path("value").path("stringValue").stringValue()
                                    + " " + answer.path("reason").stringValue());
                        }
                        return seen;
                    }));
                }
                try {
                    for (int i = 0; i < 100; i++) {
                        boolean isFlip = i % 2 == 0;
                        updateFeature(
                                "f",
                                Map.of(
                                        "defaultVariation",
                                        isFlip ? "b" : "a",
                                        "addOrUpdateVariations",
                                        List.of(
                                                variation("a", isFlip ? "hidden" : "A"),
                                                variation("b", isFlip ? "flipped" : "hidden"))));
                    }
                } finally {
                    done.set(true);
                }
                for (Future<Set<String>> reader : readers) {
                    assertThat(reader.get()).isSubsetOf(expected);
                }
            }
        }
    }
}
