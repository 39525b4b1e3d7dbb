package io.github.evidently.feature;

import static io.github.evidently.ProjectOfTest.encoded;
import static io.github.evidently.ProjectOfTest.variations;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updating and deleting features. */
@RunningServer
class FeatureChangesIT extends FeatureFixture {

    @Nested
    class UpdateFeature {

        /** Observed by http4k: those that stay keep their order, new ones are appended. */
        @Test
        void keepsTheOrderOfVariationsAndAppendsNewOnes() {
            project.createFeature("f", "a", "b", "c");

            update("""
                    {"addOrUpdateVariations":[{"name":"d","value":{"stringValue":"D"}},
                      {"name":"b","value":{"stringValue":"B"}}],
                     "removeVariations":["c","unknown"]}""")
                    .statusCode(200)
                    .body("feature.variations.name", contains("a", "b", "d"))
                    .body("feature.variations.value.stringValue", contains("a", "B", "D"));
            project.get(project.path("/features/f")).body("feature.variations.name", contains("a", "b", "d"));
        }

        /** Observed by http4k. */
        @Test
        void replacesTheDefaultAndRemovesTheOldOneInOneCall() {
            project.createFeature("f", "a", "b");

            update("{\"defaultVariation\":\"b\",\"removeVariations\":[\"a\"]}")
                    .statusCode(200)
                    .body("feature.defaultVariation", equalTo("b"))
                    .body("feature.variations.name", contains("b"));
        }

        /** Our choice: a feature without its default could not be evaluated. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"removeVariations\":[\"a\"]}",
                    "{\"removeVariations\":[\"a\",\"b\"]}",
                    "{\"defaultVariation\":\"x\"}",
                    "{\"defaultVariation\":\"b\",\"removeVariations\":[\"b\"]}"
                })
        void refusesToLeaveTheFeatureWithoutItsDefault(String body) {
            project.createFeature("f", "a", "b");

            update(body).statusCode(400).header("x-amzn-ErrorType", "ValidationException");
            project.get(project.path("/features/f"))
                    .body("feature.defaultVariation", equalTo("a"))
                    .body("feature.variations.name", contains("a", "b"));
        }

        /** Observed by http4k. */
        @Test
        void replacesAllOverrides() {
            project.createFeature("f", "a", "b");
            update("{\"entityOverrides\":{\"alice\":\"a\",\"bob\":\"b\"}}")
                    .body("feature.entityOverrides", equalTo(Map.of("alice", "a", "bob", "b")));

            update("{\"entityOverrides\":{\"carol\":\"b\"}}")
                    .body("feature.entityOverrides", equalTo(Map.of("carol", "b")));
            update("{\"description\":\"d\"}").body("feature.entityOverrides", equalTo(Map.of("carol", "b")));
            update("{\"entityOverrides\":{}}").body("feature.entityOverrides", anEmptyMap());
        }

        /** Our choice: an override must always name a variation. */
        @Test
        void refusesToRemoveAVariationThatAnOverrideNames() {
            project.createFeature("f", "a", "b");
            update("{\"entityOverrides\":{\"alice\":\"b\"}}");

            update("{\"removeVariations\":[\"b\"]}")
                    .statusCode(400)
                    .body("fieldList.name", contains("removeVariations"));
            update("{\"removeVariations\":[\"b\"],\"entityOverrides\":{}}").statusCode(200);
        }

        /** That there are at most 5 is from the model. */
        @Test
        void refusesASixthVariation() {
            project.createFeature("f", "a", "b", "c", "d", "e");

            update("{\"addOrUpdateVariations\":[" + variations("f") + "]}")
                    .statusCode(400)
                    .body("fieldList.name", contains("addOrUpdateVariations"));
            update("{\"addOrUpdateVariations\":[" + variations("f") + "],\"removeVariations\":[\"b\"]}")
                    .statusCode(200)
                    .body("feature.variations.name", contains("a", "c", "d", "e", "f"));
        }

        /** Our choice: the model has no operation that changes a valueType. */
        @Test
        void keepsTheTypeOfTheValues() {
            project.createFeature("f", "a");

            update("""
                    {"addOrUpdateVariations":[{"name":"b","value":{"longValue":1}}]}""").statusCode(400).body("fieldList.name", contains("addOrUpdateVariations.0.value"));
            update("""
                    {"addOrUpdateVariations":[{"name":"a","value":{"longValue":1}}]}""").statusCode(400);
            project.get(project.path("/features/f")).body("feature.valueType", equalTo("STRING"));
        }

        /** An absent member leaves the feature's (model); the time is our reading of its name. */
        @Test
        void leavesWhatIsNotGiven() {
            project.post(project.path("/features"), """
                    {"name":"f","description":"old","evaluationStrategy":"DEFAULT_VARIATION","tags":{"k":"v"},
                     "variations":[%s]}""".formatted(variations("a")));

            update("{}")
                    .statusCode(200)
                    .body("feature.description", equalTo("old"))
                    .body("feature.evaluationStrategy", equalTo("DEFAULT_VARIATION"))
                    .body("feature.tags.k", equalTo("v"))
                    .body("feature.variations.name", contains("a"));
            update("{\"evaluationStrategy\":\"ALL_RULES\",\"description\":\"\"}")
                    .body("feature.evaluationStrategy", equalTo("ALL_RULES"))
                    .body("feature.description", equalTo(""));
        }

        /** UpdateFeature in the model: fails for a variation in an ongoing launch or experiment. */
        @Test
        void refusesToRemoveAVariationThatARunningLaunchServes() {
            project.createFeature("f", "a", "b", "c");
            project.createLaunch("l", "f", "b").statusCode(200);
            project.startLaunch("l").statusCode(200);

            update("{\"removeVariations\":[\"b\"]}")
                    .statusCode(409)
                    .header("x-amzn-ErrorType", "ConflictException")
                    .body("resourceId", equalTo(project.arn("feature", "f")))
                    .body("resourceType", equalTo("feature"));
            update("{\"removeVariations\":[\"c\"]}").statusCode(200);
            project.stop("launches", "l", "COMPLETED").statusCode(200);
            update("{\"removeVariations\":[\"b\"]}").statusCode(200);
        }

        /** As above. */
        @Test
        void refusesToRemoveAVariationThatARunningExperimentServes() {
            project.createFeature("f", "a", "b", "c");
            project.createExperiment("x", "f", "b", "c").statusCode(200);
            project.startExperiment("x").statusCode(200);

            update("{\"removeVariations\":[\"c\"]}").statusCode(409);
            update("""
                    {"removeVariations":["c"],"addOrUpdateVariations":[{"name":"c","value":{"stringValue":"new"}}]}""").statusCode(200);
        }

        /** Words observed by http4k. */
        @Test
        void saysWhatDoesNotExist() {
            update("{}")
                    .statusCode(404)
                    .body("message", equalTo("Feature with arn '" + project.arn("feature", "f") + "' does not exist."));
            project.patch("/projects/missing/features/f", "{}")
                    .statusCode(404)
                    .body("message", equalTo("Project with arn '" + MISSING + "/feature/f' does not exist."));
        }

        private ValidatableResponse update(String body) {
            return project.patch(project.path("/features/f"), body);
        }
    }

    @Nested
    class DeleteFeature {

        @Test
        void removesIt() {
            project.createFeature("f", "v");

            assertThat(project.delete("/projects/" + encoded(project.arn()) + "/features/f")
                            .statusCode(200)
                            .extract()
                            .asString())
                    .isEqualTo("{}");
            requireNone("f");
            project.delete(project.path("/features/f")).statusCode(404);
            project.createFeature("f", "other").statusCode(200).body("feature.variations.name", contains("other"));
        }

        /** Observed by http4k, odd ARN and all. */
        @Test
        void saysThatTheProjectDoesNotExist() {
            project.delete("/projects/missing/features/f")
                    .statusCode(404)
                    .body("message", equalTo("Project with arn '" + MISSING + "/feature/f' does not exist."))
                    .body("resourceId", equalTo(MISSING + "/feature/f"))
                    .body("resourceType", equalTo("project"));
        }

        /** The conflict is from the model; Terraform's acceptance tests delete the feature before the launch that names it. */
        @ParameterizedTest
        @ValueSource(strings = {"CREATED", "COMPLETED", "CANCELLED"})
        void isAllowedWhileOnlyALaunchThatDoesNotRunUsesIt(String status) {
            project.createFeature("f", "v");
            project.createFeature("g", "v");
            project.createLaunch("l", "f", "v").statusCode(200);
            if (!status.equals("CREATED")) {
                project.startLaunch("l").statusCode(200);
                project.stop("launches", "l", status).statusCode(200);
            }

            project.delete(project.path("/features/f")).statusCode(200);

            project.get(project.path("/launches/l"))
                    .statusCode(200)
                    .body("launch.groups[0].featureVariations.f", equalTo("v"));
            if (status.equals("CREATED")) {
                project.startLaunch("l").statusCode(409).body("message", equalTo("Feature 'f' does not exist"));
                project.patch(project.path("/launches/l"), "{\"description\":\"d\"}")
                        .statusCode(200);
                project.patch(
                                project.path("/launches/l"),
                                "{\"groups\":[{\"name\":\"all\",\"feature\":\"g\",\"variation\":\"v\"}]}")
                        .statusCode(200);
                project.startLaunch("l").statusCode(200);
                project.stop("launches", "l", "COMPLETED").statusCode(200);
            }
            project.delete(project.path("/launches/l")).statusCode(200);
        }

        /** As above. */
        @ParameterizedTest
        @ValueSource(strings = {"CREATED", "COMPLETED", "CANCELLED"})
        void isAllowedWhileOnlyAnExperimentThatDoesNotRunUsesIt(String status) {
            project.createFeature("f", "a", "b");
            project.createExperiment("x", "f", "a", "b").statusCode(200);
            if (!status.equals("CREATED")) {
                project.startExperiment("x").statusCode(200);
                project.stop("experiments", "x", status).statusCode(200);
            }

            project.delete(project.path("/features/f")).statusCode(200);

            project.get(project.path("/experiments/x")).statusCode(200);
            if (status.equals("CREATED")) {
                project.startExperiment("x").statusCode(409).body("message", equalTo("Feature 'f' does not exist"));
                project.patch(project.path("/experiments/x"), "{\"description\":\"d\"}")
                        .statusCode(200);
            }
            project.delete(project.path("/experiments/x")).statusCode(200);
        }

        /** The conflict is from the model. */
        @Test
        void isRefusedWhileARunningLaunchOrExperimentUsesItAndNamesThem() {
            project.createFeature("f", "a", "b");
            project.createLaunch("l", "f", "a").statusCode(200);
            project.startLaunch("l").statusCode(200);
            project.createExperiment("x", "f", "a", "b").statusCode(200);
            project.startExperiment("x").statusCode(200);
            project.createLaunch("waits", "f", "a").statusCode(200);

            project.delete(project.path("/features/f"))
                    .statusCode(409)
                    .body("message", containsString("launch 'l'"))
                    .body("message", containsString("experiment 'x'"))
                    .body("message", not(containsString("waits")))
                    .body("resourceId", equalTo(project.arn("feature", "f")))
                    .body("resourceType", equalTo("feature"));
            project.get(project.path("/features/f")).statusCode(200);
        }

        /** A start names everything that is missing. */
        @Test
        void leavesALaunchThatCannotBeStartedUntilWhatIsMissingIsBack() {
            project.createFeature("f", "a");
            project.createFeature("g", "a", "b");
            project.post(project.path("/launches"), """
                            {"name":"l","groups":[{"name":"one","feature":"f","variation":"a"},
                             {"name":"two","feature":"g","variation":"b"}],
                             "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"one":50000,"two":50000}}]}}""").statusCode(200);
            project.delete(project.path("/features/f")).statusCode(200);
            project.patch(project.path("/features/g"), "{\"removeVariations\":[\"b\"]}")
                    .statusCode(200);

            project.startLaunch("l")
                    .statusCode(409)
                    .body("message", equalTo("Feature 'f' does not exist; Feature 'g' has no variation 'b'"));
            project.createFeature("f", "a");
            project.patch(project.path("/features/g"), "{\"addOrUpdateVariations\":[" + variations("b") + "]}")
                    .statusCode(200);
            project.startLaunch("l").statusCode(200);
        }
    }
}
