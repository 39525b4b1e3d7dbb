package io.github.evidently.feature;

import static io.github.evidently.ProjectOfTest.encoded;
import static io.github.evidently.ProjectOfTest.variations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Creating, reading and listing features, and how projects count them. */
@RunningServer
class FeaturesIT extends FeatureFixture {

    @Nested
    class CreateFeature {

        /** Defaults observed through Terraform's tests; members from the model. */
        @Test
        void fillsInWhatIsNotGiven() {
            long before = System.currentTimeMillis() / 1000;

            project.createFeature("f", "first", "second")
                    .statusCode(200)
                    .body("feature.arn", equalTo(project.arn("feature", "f")))
                    .body("feature.name", equalTo("f"))
                    .body("feature.project", equalTo(project.arn()))
                    .body("feature.status", equalTo("AVAILABLE"))
                    .body("feature.evaluationStrategy", equalTo("ALL_RULES"))
                    .body("feature.defaultVariation", equalTo("first"))
                    .body("feature.valueType", equalTo("STRING"))
                    .body("feature.variations.name", contains("first", "second"))
                    .body("feature.variations[0].value", equalTo(Map.of("stringValue", "first")))
                    .body("feature.entityOverrides", anEmptyMap())
                    .body("feature.evaluationRules", empty())
                    .body("feature.tags", anEmptyMap())
                    .body("feature.description", nullValue())
                    .body("feature.createdTime", greaterThanOrEqualTo((int) before))
                    .body("feature.lastUpdatedTime", greaterThanOrEqualTo((int) before));
        }

        /** Members from the model. */
        @Test
        void keepsWhatIsGiven() {
            project.post(project.path("/features"), """
                    {"name":"f","description":"of tests","evaluationStrategy":"DEFAULT_VARIATION",
                     "defaultVariation":"on","entityOverrides":{"alice":"off"},"tags":{"team":"checkout"},
                     "variations":[{"name":"off","value":{"boolValue":false}},{"name":"on","value":{"boolValue":true}}]}""").statusCode(200);

            project.get(project.path("/features/f"))
                    .body("feature.description", equalTo("of tests"))
                    .body("feature.evaluationStrategy", equalTo("DEFAULT_VARIATION"))
                    .body("feature.defaultVariation", equalTo("on"))
                    .body("feature.entityOverrides", equalTo(Map.of("alice", "off")))
                    .body("feature.tags", equalTo(Map.of("team", "checkout")))
                    .body("feature.variations[0].value", equalTo(Map.of("boolValue", false)));
        }

        /** Inference observed through Terraform's tests; the bounds of longValue from the model. */
        @ParameterizedTest
        @CsvSource(quoteCharacter = '~', textBlock = """
                BOOLEAN, {"boolValue":true}
                DOUBLE, {"doubleValue":1.5}
                DOUBLE, {"doubleValue":1}
                LONG, {"longValue":9007199254740991}
                LONG, {"longValue":-9007199254740991}
                STRING, {"stringValue":""}
                """)
        void infersTheTypeFromTheValues(String type, String value) {
            create("f", "[{\"name\":\"v\",\"value\":" + value + "}]")
                    .statusCode(200)
                    .body("feature.valueType", equalTo(type));
        }

        /** A union has one member (restJson1); that all variations have one type follows from the model's valueType. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"boolValue\":true,\"longValue\":1}",
                    "{\"longValue\":2,\"unknownField\":\"three\"}",
                    "{\"stringValue\":null}",
                    "{\"longValue\":9007199254740992}",
                    "{\"longValue\":1.5}",
                    "{\"doubleValue\":1e999}",
                    "{\"boolValue\":\"true\"}",
                    "{\"stringValue\":1}",
                    "\"on\"",
                    "null"
                })
        void refusesAValueThatIsNotExactlyOneOfTheFour(String value) {
            create("f", "[{\"name\":\"v\",\"value\":" + value + "}]")
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("reason", equalTo("fieldValidationFailed"));
            requireNone("f");
        }

        /** Our choice: the model only says that a feature has one valueType. */
        @Test
        void refusesVariationsOfDifferentTypes() {
            create("f", """
                    [{"name":"a","value":{"longValue":1}},{"name":"b","value":{"doubleValue":1.0}}]""").statusCode(400).body("fieldList.name", contains("variations.1.value"));
            requireNone("f");
        }

        /** Our choice: the model does not say that names of variations are different. */
        @Test
        void refusesTwoVariationsOfOneName() {
            create("f", "[" + variations("a", "b", "a") + "]")
                    .statusCode(400)
                    .body("fieldList.name", contains("variations.2.name"));
            requireNone("f");
        }

        /** Our choice: nothing is known of what the service says. */
        @Test
        void refusesADefaultThatIsNoVariation() {
            project.post(project.path("/features"), """
                    {"name":"f","defaultVariation":"x","variations":[%s]}""".formatted(variations("a")))
                    .statusCode(400)
                    .body("fieldList.name", contains("defaultVariation"));
            requireNone("f");
        }

        /** Our choice (an override that names no variation). */
        @Test
        void refusesAnOverrideThatIsNoVariation() {
            createWithOverrides("{\"alice\":\"x\"}")
                    .statusCode(400)
                    .body("fieldList.name", contains("entityOverrides.alice"));
            requireNone("f");
        }

        /** API reference: at most 2500 overrides or 40 KB, with 6 bytes for each. */
        @Test
        void takes2500OverridesAndNotOneMore() {
            createWithOverrides(overrides(2501)).statusCode(400).body("fieldList.name", contains("entityOverrides"));
            createWithOverrides(overrides(2500)).statusCode(200).body("feature.entityOverrides.size()", equalTo(2500));
        }

        /** As above. An entity id counts in bytes of UTF-8, which is our reading. */
        @Test
        void takes40KilobytesOfOverridesAndNotOneByteMore() {
            // 80 overrides of 505 + 1 + 6 bytes are 40,960 bytes.
            String prefix = "é".repeat(251);
            String full = IntStream.range(0, 80)
                    .mapToObj(i -> "\"%s%03d\":\"v\"".formatted(prefix, i))
                    .collect(Collectors.joining(",", "{", "}"));

            createWithOverrides(full.replace(prefix + "000", prefix + "0000"))
                    .statusCode(400)
                    .body("fieldList.name", contains("entityOverrides"));
            createWithOverrides(full).statusCode(200);
        }

        /** The status from the model; that a name that exists is a conflict is inferred, the words are ours. */
        @Test
        void refusesANameThatExists() {
            project.createFeature("f", "first");

            project.createFeature("f", "second")
                    .statusCode(409)
                    .header("x-amzn-ErrorType", "ConflictException")
                    .body("resourceId", equalTo(project.arn("feature", "f")))
                    .body("resourceType", equalTo("feature"))
                    .body("message", equalTo("Feature with arn '" + project.arn("feature", "f") + "' already exists."));
            project.get(project.path("/features/f")).body("feature.defaultVariation", equalTo("first"));
        }

        @Test
        void takesTheSameNameInAnotherProject() {
            project.createFeature("f", "v");

            new ProjectOfTest(port).createFeature("f", "v").statusCode(200);
        }

        /** Bounds from the model. */
        @Test
        void takesANameOf127CharactersAndNotOfMore() {
            String longest = "-._Az0".repeat(21) + "x";
            project.createFeature(longest, longest).statusCode(200);

            project.get(project.path("/features/" + longest)).statusCode(200);
            project.createFeature(longest + "x", "v").statusCode(400).body("fieldList.name", contains("name"));
            project.get(project.path("/features/" + longest + "x"))
                    .statusCode(400)
                    .body("fieldList.name", contains("feature"));
        }

        /** Words of the control plane observed by http4k. */
        @Test
        void saysWhichProjectDoesNotExist() {
            project.post("/projects/missing/features", """
                    {"name":"f","variations":[%s]}""".formatted(variations("v")))
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo("Project with arn '" + MISSING + "' does not exist."))
                    .body("resourceId", equalTo(MISSING))
                    .body("resourceType", equalTo("project"));
        }

        /** Our choice of the order: what is wrong with the body comes before what does not exist. */
        @Test
        void looksAtTheBodyBeforeTheProject() {
            project.post("/projects/missing/features", "{").body("reason", equalTo("cannotParse"));
            project.post("/projects/missing/features", "{}").body("fieldList.name", contains("name", "variations"));
            project.post("/projects/missing/features", """
                    {"name":"f","variations":[%s]}""".formatted(variations("v", "v")))
                    .statusCode(400)
                    .body("fieldList.name", contains("variations.1.name"));
        }

        private ValidatableResponse createWithOverrides(String overrides) {
            return project.post(project.path("/features"), """
                    {"name":"f","entityOverrides":%s,"variations":[%s]}""".formatted(overrides, variations("v")));
        }

        private String overrides(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> "\"e" + i + "\":\"v\"")
                    .collect(Collectors.joining(",", "{", "}"));
        }
    }

    @Nested
    class GetFeature {

        /** ARNs as references from the model, their encoding from the SDKs. */
        @Test
        void findsTheProjectByItsArn() {
            project.createFeature("f", "v");

            project.get("/projects/" + encoded(project.arn()) + "/features/f")
                    .statusCode(200)
                    .body("feature.project", equalTo(project.arn()));
        }

        /** Our choice: what belongs to another account or Region does not exist. */
        @ParameterizedTest
        @CsvSource({"000000000000, 111111111111", "us-east-1, eu-west-1", "arn:aws:, arn:aws-cn:"})
        void doesNotFindTheProjectOfAnotherAccount(String ours, String other) {
            project.createFeature("f", "v");
            String arn = project.arn().replace(ours, other);

            project.get("/projects/" + encoded(arn) + "/features/f")
                    .statusCode(404)
                    .body("resourceId", equalTo(arn + "/feature/f"))
                    .body("resourceType", equalTo("project"));
        }

        /** Words observed by http4k at UpdateFeature. */
        @Test
        void saysWhichFeatureDoesNotExist() {
            project.get(project.path("/features/f"))
                    .statusCode(404)
                    .header("x-amzn-ErrorType", "ResourceNotFoundException")
                    .body("message", equalTo("Feature with arn '" + project.arn("feature", "f") + "' does not exist."))
                    .body("resourceId", equalTo(project.arn("feature", "f")))
                    .body("resourceType", equalTo("feature"));
        }

        /** The words of the data plane, observed by http4k, beside those of the control plane. */
        @Test
        void isWordedOtherwiseThanTheEvaluationOfTheSameFeature() {
            project.post(project.path("/evaluations/f"), "{\"entityId\":\"e\"}")
                    .statusCode(404)
                    .body("message", equalTo("Feature does not exist with arn '" + project.arn("feature", "f") + "'"))
                    .body("resourceId", nullValue())
                    .body("resourceType", nullValue());
        }

        /** Members of EvaluationRule from the model; that finished ones are left out is our choice. */
        @Test
        void listsTheLaunchesAndExperimentsThatAreNotFinished() {
            project.createFeature("f", "a", "b");
            project.createLaunch("l1", "f", "a").statusCode(200);
            project.createLaunch("l2", "f", "a").statusCode(200);
            project.startLaunch("l2").statusCode(200);
            project.createExperiment("x", "f", "a", "b").statusCode(200);

            List<Map<String, String>> rules =
                    project.get(project.path("/features/f")).extract().path("feature.evaluationRules");
            assertThat(rules)
                    .containsExactlyInAnyOrder(
                            Map.of("name", "l1", "type", "aws.evidently.splits"),
                            Map.of("name", "l2", "type", "aws.evidently.splits"),
                            Map.of("name", "x", "type", "aws.evidently.onlineab"));

            project.stop("launches", "l2", "CANCELLED").statusCode(200);
            project.get(project.path("/features/f")).body("feature.evaluationRules.name", not(hasItem("l2")));
            project.get(project.path("/features"))
                    .body("features[0].evaluationRules.name", not(hasItem("l2")))
                    .body("features[0].evaluationRules.name", hasItem("l1"));
        }
    }

    @Nested
    class ListFeatures {

        /** Members of FeatureSummary from the model. */
        @Test
        void summarises() {
            project.createFeature("f", "v");

            project.get(project.path("/features"))
                    .statusCode(200)
                    .body("features.size()", equalTo(1))
                    .body("features[0].arn", equalTo(project.arn("feature", "f")))
                    .body("features[0].project", equalTo(project.arn()))
                    .body("features[0].defaultVariation", equalTo("v"))
                    .body("features[0].status", equalTo("AVAILABLE"))
                    .body("features[0].evaluationStrategy", equalTo("ALL_RULES"))
                    .body("features[0]", not(hasKey("variations")))
                    .body("features[0]", not(hasKey("valueType")))
                    .body("features[0]", not(hasKey("entityOverrides")))
                    .body("features[0]", not(hasKey("description")))
                    .body("nextToken", nullValue());
        }

        /** Our choice: tokens that survive changes, pages in the order of names. */
        @Test
        void keepsItsPlaceWhenFeaturesComeAndGoBetweenPages() {
            for (String name : List.of("a", "b", "c", "d", "e")) {
                project.createFeature(name, "v").statusCode(200);
            }
            String token = page("", "a", "b");
            project.delete(project.path("/features/a"));
            project.delete(project.path("/features/b"));
            project.delete(project.path("/features/d"));
            project.createFeature("aa", "v");
            project.createFeature("cc", "v");

            String next = page("&nextToken=" + token, "c", "cc");
            assertThat(page("&nextToken=" + next, "e")).isNull();
        }

        private String page(String more, String... names) {
            return project.get(project.path("/features?maxResults=2" + more))
                    .statusCode(200)
                    .body("features.name", contains(names))
                    .extract()
                    .path("nextToken");
        }

        /** The default of 50 is documented for segments only; bounds from the model. */
        @Test
        void has50InAPageUnlessAskedForUpTo100() {
            for (int i = 0; i < 51; i++) {
                project.createFeature("f" + i, "v").statusCode(200);
            }

            project.get(project.path("/features")).body("features.size()", equalTo(50));
            project.get(project.path("/features?maxResults=100")).body("features.size()", equalTo(51));
            project.get(project.path("/features?maxResults=51"))
                    .body("features.size()", equalTo(51))
                    .body("nextToken", nullValue());
        }

        /** Bounds from the model; the kind of the error is our choice. */
        @ParameterizedTest
        @CsvSource({
            "maxResults=0, maxResults",
            "maxResults=101, maxResults",
            "maxResults=x, maxResults",
            "nextToken=x, nextToken",
            "nextToken=YWZ0ZXI, nextToken",
            "nextToken=a&nextToken=b, nextToken"
        })
        void refusesAPageThatCannotBe(String query, String member) {
            project.get(project.path("/features?" + query))
                    .statusCode(400)
                    .header("x-amzn-ErrorType", "ValidationException")
                    .body("fieldList.name", contains(member));
        }

        @Test
        void showsNothingOfOtherProjects() {
            new ProjectOfTest(port).createFeature("f", "v");

            project.get(project.path("/features")).body("features", empty());
        }

        /** Words observed by http4k. That an invalid query comes first is our choice. */
        @Test
        void saysThatTheProjectDoesNotExistAfterTheQueryWasLookedAt() {
            project.get("/projects/missing/features")
                    .statusCode(404)
                    .body("resourceId", equalTo(MISSING))
                    .body("resourceType", equalTo("project"));
            project.get("/projects/missing/features?maxResults=0")
                    .statusCode(400)
                    .body("fieldList.name", contains("maxResults"));
        }
    }

    /** Counters from the model, the conflict observed by http4k. */
    @Test
    void areCountedInTheirProjectAndKeepItFromBeingDeleted() {
        project.createFeature("f", "v");
        project.createFeature("g", "v");

        project.get(project.path("")).body("project.featureCount", equalTo(2));
        project.delete(project.path(""))
                .statusCode(409)
                .header("x-amzn-ErrorType", "ConflictException")
                .body("message", equalTo("Project has sub-resources"))
                .body("resourceId", equalTo(project.arn()))
                .body("resourceType", equalTo("project"));
        project.delete(project.path("/features/f"));
        project.get(project.path("")).body("project.featureCount", equalTo(1));
        project.delete(project.path("/features/g"));
        project.delete(project.path("")).statusCode(200);
    }
}
