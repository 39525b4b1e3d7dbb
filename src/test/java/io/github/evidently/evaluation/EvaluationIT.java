package io.github.evidently.evaluation;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/**
 * EvaluateFeature and BatchEvaluateFeature as clients see them.
 *
 * <p>"Observed" is what answers of the real service were seen to be: by http4k's contract tests against it, and in
 * screenshots of an application.
 */
@RunningServer
@TestPropertySource(properties = "evidently.inspection.clock=true")
class EvaluationIT extends EvaluationFixture {

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
        @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
                {"boolValue":true}
                {"boolValue":false}
                {"doubleValue":1.5}
                {"doubleValue":-0.1}
                {"doubleValue":1.7976931348623157E308}
                {"doubleValue":4.9E-324}
                {"longValue":1}
                {"longValue":0}
                {"longValue":9007199254740991}
                {"longValue":-9007199254740991}
                {"stringValue":""}
                {"stringValue":"\\"<>&'\\\\ 名😀"}
                """)
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
        void takesTwentyAndNamesTheInvalidMembers() {
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
                    "{\"Location.Country\":\"Österreich\"}"
                })
        void nestedSpacedAndEscaped(String context) {
            evaluate("f", "anna", context).body("reason", equalTo("EXPERIMENT_RULE_MATCH"));
        }

        /** As the JavaScript SDK v2 sends a context that is a text already. */
        @Test
        void encodedTwice() {
            String context = JSON.writeValueAsString("{\"Location\":{\"Country\":\"\\u00d6sterreich\"}}");

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
}
