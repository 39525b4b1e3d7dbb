package io.github.evidently.evaluation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.builder.RequestSpecBuilder;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * EvaluateFeature and BatchEvaluateFeature as clients see them.
 *
 * <p>"Observed" is what answers of the real service were seen to be: by http4k's contract tests against it, and in
 * screenshots of an application.
 */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class EvaluationIT {

    private static final JsonMapper JSON = new JsonMapper();
    private static final long ALL = 100_000;

    /** 2026-01-31T12:00:00Z, where the clock of schedules stands unless a test moves it. */
    private static final long NOON = 1769860800;

    @LocalServerPort
    int port;

    private String project;
    private RequestSpecification http;

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

    @Nested
    class Answers {

        @Test
        void theDefaultWithEmptyDetailsAsObserved() {
            createFeature("f", Map.of());

            assertThat(evaluate("f", "anna").extract().asString())
                    .isEqualTo("{\"details\":\"{}\",\"reason\":\"DEFAULT\",\"value\":{\"stringValue\":\"A\"},"
                            + "\"variation\":\"a\"}");
        }

        @Test
        void anOverrideWithEmptyDetailsAsObserved() {
            createFeature("f", Map.of("entityOverrides", Map.of("anna", "b")));

            evaluate("f", "anna")
                    .body("reason", equalTo("ENTITY_OVERRIDES_MATCH"))
                    .body("details", equalTo("{}"))
                    .body("variation", equalTo("b"))
                    .body("value.stringValue", equalTo("B"));
            evaluate("f", "bert").body("reason", equalTo("DEFAULT"));
        }

        @Test
        void aLaunchWithItsGroupAsObserved() {
            createFeature("f", Map.of());
            startLaunch("spring", step(NOON, Map.of("g2", ALL)));

            evaluate("f", "anna")
                    .body("reason", equalTo("LAUNCH_RULE_MATCH"))
                    .body("details", equalTo("{\"launch\":\"spring\",\"group\":\"g2\"}"))
                    .body("variation", equalTo("b"));
        }

        @Test
        void anExperimentWithItsTreatmentAsObserved() {
            createFeature("f", Map.of());
            startExperiment("colours", Map.of("t2", ALL), Map.of());

            evaluate("f", "anna")
                    .body("reason", equalTo("EXPERIMENT_RULE_MATCH"))
                    .body("details", equalTo("{\"experiment\":\"colours\",\"treatment\":\"t2\"}"))
                    .body("variation", equalTo("b"));
        }

        @Test
        void aMissingFeatureInTheWordsObserved() {
            evaluate("none", "anna")
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo("Feature does not exist with arn '" + arn("/feature/none") + "'"))
                    .body("resourceId", nullValue())
                    .body("resourceType", nullValue());
        }

        @Test
        void aMissingProjectInTheWordsObserved() {
            String arn = "arn:aws:evidently:us-east-1:000000000000:project/none-" + project;
            for (String path : List.of("/evaluations/f", "/evaluations")) {
                post(
                                "/projects/none-" + project + path,
                                path.endsWith("f")
                                        ? Map.of("entityId", "anna")
                                        : Map.of("requests", List.of(Map.of("entityId", "anna", "feature", "f"))))
                        .statusCode(404)
                        .header("x-amzn-ErrorType", "ResourceNotFoundException")
                        .body("message", equalTo("Project does not exist with arn '" + arn + "'"))
                        .body("resourceId", nullValue())
                        .body("resourceType", nullValue());
            }
        }

        @Test
        void aProjectNamedByItsArn() {
            createFeature("f", Map.of());
            String arn = arn("").replace(":", "%3A").replace("/", "%2F");

            post("/projects/" + arn + "/evaluations/f", Map.of("entityId", "anna"))
                    .statusCode(200)
                    .body("variation", equalTo("a"));
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                delimiter = '|',
                value = {
                    "{\"boolValue\":true}",
                    "{\"boolValue\":false}",
                    "{\"doubleValue\":1.5}",
                    "{\"doubleValue\":-0.1}",
                    "{\"doubleValue\":1.7976931348623157E308}",
                    "{\"doubleValue\":4.9E-324}",
                    "{\"longValue\":1}",
                    "{\"longValue\":0}",
                    "{\"longValue\":9007199254740991}",
                    "{\"longValue\":-9007199254740991}",
                    "{\"stringValue\":\"\"}",
                    "{\"stringValue\":\"\\\"<>&'\\\\ 名😀\"}"
                })
        void aValueOfEachTypeAsItWasGiven(String value) {
            createFeatureWith("[{\"name\":\"v\",\"value\":" + value + "}]");

            assertThat(value(evaluate("f", "anna"))).isEqualTo(value);
        }

        @Test
        void aDoubleThatIsWholeIsStillADouble() {
            createFeatureWith("[{\"name\":\"v\",\"value\":{\"doubleValue\":1}}]");

            assertThat(value(evaluate("f", "anna"))).isEqualTo("{\"doubleValue\":1.0}");
        }

        private void createFeatureWith(String variations) {
            given(http)
                    .body(("{\"name\":\"f\",\"variations\":" + variations + "}").getBytes(StandardCharsets.UTF_8))
                    .post("/projects/" + project + "/features")
                    .then()
                    .statusCode(200);
        }

        private static String value(ValidatableResponse answer) {
            return JSON.readTree(answer.statusCode(200).extract().asByteArray())
                    .path("value")
                    .toString();
        }
    }

    @Nested
    class Batch {

        @Test
        void answersEachEntryInOrderWithArnsAsObserved() {
            createFeature("f", Map.of("entityOverrides", Map.of("bert", "b")));

            batch(
                            Map.of("entityId", "anna", "feature", "f"),
                            Map.of("entityId", "anna", "feature", "none"),
                            Map.of("entityId", "bert", "feature", "f"))
                    .statusCode(200)
                    .body("results", hasSize(3))
                    .body("results.entityId", contains("anna", "anna", "bert"))
                    .body("results.feature", contains(arn("/feature/f"), arn("/feature/none"), arn("/feature/f")))
                    .body("results.project", contains(arn(""), arn(""), arn("")))
                    .body(
                            "results.reason",
                            contains(
                                    "DEFAULT",
                                    "Feature does not exist with arn '" + arn("/feature/none") + "'",
                                    "ENTITY_OVERRIDES_MATCH"))
                    .body("results.variation", contains("a", null, "b"))
                    .body("results.details", contains("{}", null, "{}"))
                    .body("results.value.stringValue", contains("A", "B"));
        }

        @Test
        void aMissingFeatureHasNoOtherMembers() {
            ValidatableResponse answer =
                    batch(Map.of("entityId", "anna", "feature", "none")).statusCode(200);

            assertThat(answer.extract().<Map<String, ?>>path("results[0]"))
                    .containsOnlyKeys("entityId", "feature", "project", "reason");
        }

        @Test
        void takesTwentyAndNamesTheFaultyMembers() {
            createFeature("f", Map.of());
            batch(entries(20)).statusCode(200).body("results", hasSize(20));

            batch(entries(21)).statusCode(400).body("fieldList.name", contains("requests"));
            batch(entries(0)).statusCode(400).body("fieldList.name", contains("requests"));
            batch(
                            Map.of("feature", "f", "entityId", "x".repeat(513)),
                            Map.of("entityId", "anna"),
                            Map.of("entityId", "anna", "feature", "?"))
                    .statusCode(400)
                    .body(
                            "fieldList.name",
                            contains("requests.0.entityId", "requests.1.feature", "requests.2.feature"));
            batch(
                            Map.of("feature", "f", "entityId", "anna"),
                            Map.of("feature", "f", "entityId", "anna", "evaluationContext", "[]"))
                    .statusCode(400)
                    .body("fieldList.name", contains("requests.1.evaluationContext"));
        }

        @Test
        void recordsNothingOfABatchThatIsRefused() {
            createFeature("f", Map.of());
            String segment = createSegment("{\"a\":[1],\"b\":[1]}");
            startExperiment("e", Map.of("t1", ALL), Map.of("segment", segment));
            String lists = "[" + "1,".repeat(200) + "1]";

            batch(
                            Map.of("feature", "f", "entityId", "anna"),
                            Map.of(
                                    "feature",
                                    "f",
                                    "entityId",
                                    "anna",
                                    "evaluationContext",
                                    "{\"a\":" + lists + ",\"b\":" + lists + "}"))
                    .statusCode(400)
                    .body("message", containsString("combinations"));

            assertThat(events()).isEmpty();
        }

        private static List<?> entries(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> Map.of("entityId", "e" + i, "feature", "f"))
                    .toList();
        }

        private ValidatableResponse batch(Map<?, ?>... entries) {
            return batch(List.of(entries));
        }

        private ValidatableResponse batch(List<?> entries) {
            return post("/projects/" + project + "/evaluations", Map.of("requests", entries));
        }
    }

    @Nested
    class EntityIds {

        static Stream<String> taken() {
            return Stream.of(
                    "1",
                    "x".repeat(512),
                    "名".repeat(512),
                    "😀",
                    "anna \"the\" tester's \\ id",
                    " ",
                    "\u0000\n",
                    "</a>");
        }

        @ParameterizedTest
        @MethodSource("taken")
        void anyOf1To512Characters(String entityId) {
            createFeature("f", Map.of("entityOverrides", Map.of(entityId, "b")));

            evaluate("f", entityId).statusCode(200).body("reason", equalTo("ENTITY_OVERRIDES_MATCH"));
            evaluate("f", entityId.substring(entityId.offsetByCodePoints(0, 1)) + "y")
                    .body("reason", equalTo("DEFAULT"));

            assertThat(events().getFirst().path("entityId").stringValue()).isEqualTo(entityId);
        }

        @Test
        void noneEmptyOrLonger() {
            createFeature("f", Map.of());
            for (Object body : List.of(Map.of(), Map.of("entityId", ""), Map.of("entityId", "x".repeat(513)))) {
                post("/projects/" + project + "/evaluations/f", body)
                        .statusCode(400)
                        .header("x-amzn-ErrorType", "ValidationException")
                        .body("fieldList.name", contains("entityId"));
            }
        }
    }

    @Nested
    class Contexts {

        @BeforeEach
        void startAnExperimentInASegment() {
            createFeature("f", Map.of());
            String segment = createSegment("{\"Location\":{\"Country\":[\"Österreich\"]}}");
            startExperiment("e", Map.of("t2", ALL), Map.of("segment", segment));
        }

        @Test
        void absentOrNullIsAsGoodAsEmpty() {
            evaluate("f", "anna").body("reason", equalTo("DEFAULT"));
            evaluate("f", "anna", null).body("reason", equalTo("DEFAULT"));
            evaluate("f", "anna", "{}").body("reason", equalTo("DEFAULT"));

            assertThat(events())
                    .extracting(data -> data.path("entityAttributes").toString())
                    .containsExactly("{}", "{}", "{}");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"Location\":{\"Country\":\"Österreich\",\"Zipcode\":1010}}",
                    " { \"Browser\" : null , \"Location\" : { \"Country\" : \"\\u00d6sterreich\" } } ",
                    "{\"Location.Country\":\"Österreich\"}",
                    // As the JavaScript SDK v2 sends a context that is a text already.
                    "\"{\\\"Location\\\":{\\\"Country\\\":\\\"\\\\u00d6sterreich\\\"}}\""
                })
        void nestedSpacedEscapedAndEncodedTwice(String context) {
            evaluate("f", "anna", context).body("reason", equalTo("EXPERIMENT_RULE_MATCH"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    " ",
                    "[]",
                    "1",
                    "null",
                    "\"x\"",
                    "{",
                    "{}{}",
                    "{} x",
                    "{a:1}",
                    "{'a':1}",
                    "{\"a\":NaN}",
                    "\"\\\"{}\\\"\""
                })
        void anythingButAnObjectIsRefused(String context) {
            evaluate("f", "anna", context)
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains("evaluationContext"));
            assertThat(events()).isEmpty();
        }

        @Test
        void notATextIsRefused() {
            post("/projects/" + project + "/evaluations/f", Map.of("entityId", "a", "evaluationContext", Map.of()))
                    .statusCode(400)
                    .body("fieldList.name", contains("evaluationContext"));
        }

        @Test
        void upTo65536Characters() {
            evaluate("f", "anna", "{\"a\":\"" + "名".repeat(65_536 - 8) + "\"}").statusCode(200);
            evaluate("f", "anna", "{\"a\":\"" + "x".repeat(65_536 - 7) + "\"}")
                    .statusCode(400)
                    .body("fieldList.name", contains("evaluationContext"));
        }

        @Test
        void nestedUpTo200AndNumbersUpTo1000Characters() {
            evaluate("f", "anna", "{\"a\":".repeat(200) + "1" + "}".repeat(200)).statusCode(200);
            evaluate("f", "anna", "{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}")
                    .statusCode(200);
            evaluate("f", "anna", "{\"a\":" + "9".repeat(1_000) + "}").statusCode(200);
            // What was taken can be read again, by entity too, which parses it.
            given(http)
                    .get("/_evidently/events/count?project=" + project + "&entityId=anna")
                    .then()
                    .statusCode(200)
                    .body("count", equalTo(3));

            for (String context : List.of(
                    "{\"a\":".repeat(201) + "1" + "}".repeat(201),
                    "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}",
                    "{\"a\":" + "9".repeat(1_001) + "}")) {
                evaluate("f", "anna", context).statusCode(400).body("fieldList.name", contains("evaluationContext"));
            }
        }
    }

    @Nested
    class Segments {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"a\":[null]}                                   | {\"a\":null}          | {\"a\":\"\"}",
                    "{\"a\":[\"\"]}                                   | {\"a\":\"\"}          | {\"a\":\" \"}",
                    "{\"a\":[\"Chrome\"]}                             | {\"a\":\"Chrome\"}    | {\"a\":\"chrome\"}",
                    "{\"a\":[1],\"b\":[2]}                            | {\"a\":1,\"b\":2}     | {\"a\":1}",
                    "{\"a\":[1,2]}                                    | {\"a\":2}             | {\"a\":3}",
                    "{\"$or\":[{\"a\":[1]},{\"b\":[2]}]}              | {\"b\":2}             | {\"a\":2}",
                    "{\"a\":[{\"anything-but\":[\"x\"]}]}             | {\"a\":\"y\"}         | {\"a\":\"x\"}",
                    "{\"a\":[{\"numeric\":[\"=\",100]}]}              | {\"a\":1e2}           | {\"a\":101}",
                    "{\"a\":[{\"numeric\":[\">\",10,\"<=\",20]}]}     | {\"a\":20}            | {\"a\":10}",
                    "{\"a\":[{\"exists\":true}]}                      | {\"a\":false}         | {\"b\":1}",
                    "{\"a\":[{\"exists\":false}]}                     | {\"b\":1}             | {\"a\":null}",
                    "{\"a\":[{\"prefix\":\"us-\"}]}                   | {\"a\":\"us-east-1\"} | {\"a\":\"eu-us-\"}",
                    "{\"a\":[{\"suffix\":\".png\"}]}                  | {\"a\":\"x.png\"}     | {\"a\":\"x.png.\"}",
                    "{\"a\":{\"b\":[1]}}                              | {\"a\":{\"b\":1}}     | {\"b\":1}"
                })
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

    private String arn(String rest) {
        return "arn:aws:evidently:us-east-1:000000000000:project/" + project + rest;
    }

    /** The data of all events of the project, in order. */
    private List<JsonNode> events() {
        return data().stream().map(JSON::readTree).toList();
    }

    private List<String> data() {
        return given(http)
                .get("/_evidently/events?project=" + project)
                .then()
                .statusCode(200)
                .extract()
                .path("events.data");
    }

    private Set<String> reasons(String feature, int entities, String context) {
        Set<String> reasons = new HashSet<>();
        for (int i = 0; i < entities; i++) {
            reasons.add(evaluate(feature, "e" + i, context).extract().path("reason"));
        }
        return reasons;
    }

    private ValidatableResponse evaluate(String feature, String entityId) {
        return post("/projects/" + project + "/evaluations/" + feature, Map.of("entityId", entityId));
    }

    private ValidatableResponse evaluate(String feature, String entityId, @Nullable String context) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("entityId", entityId);
        body.put("evaluationContext", context);
        return post("/projects/" + project + "/evaluations/" + feature, body);
    }

    /** With the variations a (the default) and b, whose values are A and B. */
    private void createFeature(String name, Map<String, ?> more) {
        Map<String, Object> body = new LinkedHashMap<>(more);
        body.put("name", name);
        body.put("variations", List.of(variation("a", "A"), variation("b", "B")));
        post("/projects/" + project + "/features", body).statusCode(200);
    }

    private static Map<String, ?> variation(String name, String value) {
        return Map.of("name", name, "value", Map.of("stringValue", value));
    }

    private void updateFeature(String name, Map<String, ?> body) {
        patch("/features/" + name, body);
    }

    private String createSegment(String pattern) {
        String name = "segment-" + UUID.randomUUID();
        post("/segments", Map.of("name", name, "pattern", pattern)).statusCode(200);
        return name;
    }

    /** Of the feature f, with the groups g1 (variation a) and g2 (variation b). */
    private void createLaunch(String name, Map<?, ?>... steps) {
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

    private void startLaunch(String name, Map<?, ?>... steps) {
        createLaunch(name, steps);
        post("/projects/" + project + "/launches/" + name + "/start", Map.of()).statusCode(200);
    }

    private static Map<String, String> group(String name, String feature, String variation) {
        return Map.of("name", name, "feature", feature, "variation", variation);
    }

    private static Map<String, Object> step(long startTime, Map<String, ?> groupWeights) {
        return Map.of("startTime", startTime, "groupWeights", groupWeights);
    }

    /** Of the feature f, with the treatments t1 (variation a) and t2 (variation b). */
    private void startExperiment(String name, Map<String, ?> weights, Map<String, ?> more) {
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

    private void updateExperiment(String name, Map<String, ?> body) {
        patch("/experiments/" + name, body);
    }

    private void setClock(long time) {
        given(http)
                .body("{\"time\":" + time + "}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200)
                .body("frozen", equalTo(true));
    }

    private void advanceClock(String duration) {
        given(http)
                .body("{\"advance\":\"" + duration + "\"}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200);
    }

    private ValidatableResponse post(String path, Object body) {
        return given(http).body(JSON.writeValueAsBytes(body)).post(path).then();
    }

    private void patch(String path, Object body) {
        given(http)
                .body(JSON.writeValueAsBytes(body))
                .patch("/projects/" + project + path)
                .then()
                .statusCode(200);
    }
}
