package io.github.evidently.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starting and stopping launches, and what is allowed in each status. */
@RunningServer
class LaunchLifecycleIT extends LaunchFixture {

    @Nested
    class Lifecycle {

        /**
         * Transitions from the model and the guide; that a start or an update out of place is a conflict is our choice, that
         * a stop is a ValidationException follows from StopLaunch having no conflict in the model.
         */
        @ParameterizedTest
        @CsvSource({
            "CREATED, start, 200, RUNNING",
            "CREATED, stop COMPLETED, 400, CREATED",
            "CREATED, stop CANCELLED, 400, CREATED",
            "CREATED, update, 200, CREATED",
            "CREATED, delete, 200, gone",
            "RUNNING, start, 409, RUNNING",
            "RUNNING, stop COMPLETED, 200, COMPLETED",
            "RUNNING, stop CANCELLED, 200, CANCELLED",
            "RUNNING, update, 200, RUNNING",
            "RUNNING, delete, 409, RUNNING",
            "COMPLETED, start, 409, COMPLETED",
            "COMPLETED, stop COMPLETED, 400, COMPLETED",
            "COMPLETED, stop CANCELLED, 400, COMPLETED",
            "COMPLETED, update, 409, COMPLETED",
            "COMPLETED, delete, 200, gone",
            "CANCELLED, start, 409, CANCELLED",
            "CANCELLED, stop COMPLETED, 400, CANCELLED",
            "CANCELLED, stop CANCELLED, 400, CANCELLED",
            "CANCELLED, update, 409, CANCELLED",
            "CANCELLED, delete, 200, gone"
        })
        void goesFromCreatedOverRunningToAnEnd(String from, String action, int status, String to) {
            createIn(from);
            String before = project.get(project.path("/launches/l")).extract().asString();

            ValidatableResponse answer = act(action).statusCode(status);

            switch (status) {
                case 409 ->
                    answer.header("x-amzn-ErrorType", "ConflictException")
                            .body("resourceId", equalTo(project.arn("launch", "l")))
                            .body("resourceType", equalTo("launch"))
                            .body("message", containsString(from));
                case 400 ->
                    answer.header("x-amzn-ErrorType", "ValidationException")
                            .body("reason", equalTo("other"))
                            .body("message", containsString(from));
                default -> {}
            }
            ValidatableResponse after = project.get(project.path("/launches/l"));
            if (to.equals("gone")) {
                after.statusCode(404);
            } else {
                after.body("launch.status", equalTo(to));
            }
            if (status != 200) {
                assertThat(after.extract().asString()).isEqualTo(before);
            }
        }

        private void createIn(String status) {
            project.createLaunch("l", "f", "a").statusCode(200);
            if (!status.equals("CREATED")) {
                project.startLaunch("l").statusCode(200);
            }
            if (status.equals("COMPLETED") || status.equals("CANCELLED")) {
                project.stop("launches", "l", status).statusCode(200);
            }
        }

        private ValidatableResponse act(String action) {
            return switch (action) {
                case "start" -> project.startLaunch("l");
                case "update" -> update("{\"description\":\"new\"}");
                case "delete" -> project.delete(project.path("/launches/l"));
                default -> project.stop("launches", "l", action.substring("stop ".length()));
            };
        }
    }

    @Nested
    class StartLaunch {

        /** Execution from the model; SDKs send no body. */
        @Test
        void answersTheLaunch() {
            project.createLaunch("l", "f", "a");
            long before = System.currentTimeMillis() / 1000;

            project.startLaunch("l")
                    .statusCode(200)
                    .body("launch.status", equalTo("RUNNING"))
                    .body("launch.execution.startedTime", greaterThanOrEqualTo((int) before))
                    .body("launch.execution.endedTime", nullValue());
        }

        /** Our choice: a body that nobody asked for is not looked at. */
        @ParameterizedTest
        @ValueSource(strings = {"{}", "{\"x\":1}", ""})
        void takesABodyToo(String body) {
            project.createLaunch("l", "f", "a");

            project.post(project.path("/launches/l/start"), body).statusCode(200);
        }

        /** Our choice: a launch without steps could never serve anything. */
        @Test
        void needsSteps() {
            create("\"groups\":[" + GROUPS + "]").statusCode(200);

            project.startLaunch("l").statusCode(400).body("fieldList.name", contains("scheduledSplitsConfig"));
            update("{\"scheduledSplitsConfig\":{\"steps\":[{\"startTime\":1,\"groupWeights\":{\"control\":1}}]}}");
            project.startLaunch("l").statusCode(200);
        }

        /** Our choice (the guide speaks of "the" ongoing launch): at most one runs on a feature. */
        @Test
        void isRefusedWhileAnotherOneOfTheFeatureRuns() {
            project.createFeature("other", "a");
            project.createLaunch("l", "f", "a");
            project.createLaunch("m", "f", "b");
            project.createLaunch("n", "other", "a");
            project.startLaunch("l").statusCode(200);

            project.startLaunch("m")
                    .statusCode(409)
                    .body("resourceId", equalTo(project.arn("launch", "m")))
                    .body("resourceType", equalTo("launch"));
            project.startLaunch("n").statusCode(200);
            project.stop("launches", "l", "COMPLETED");
            project.startLaunch("m").statusCode(200);
        }

        /** As above, of a launch with groups of several features (seen in Terraform's tests). */
        @Test
        void looksAtTheFeaturesOfAllGroups() {
            project.createFeature("g", "a");
            create("""
                    "groups":[{"name":"x","feature":"f","variation":"a"},{"name":"y","feature":"g","variation":"a"}],
                    "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"x":50000,"y":50000}}]}""").statusCode(200);
            project.startLaunch("l").statusCode(200);
            project.createLaunch("m", "g", "a");

            project.startLaunch("m").statusCode(409);
        }

        /** An experiment on the same feature does not stand in the way (guide: what a launch leaves goes to the experiment). */
        @Test
        void isNotRefusedForARunningExperiment() {
            project.createLaunch("l", "f", "a");
            project.createExperiment("x", "f", "a", "b");
            project.startExperiment("x").statusCode(200);

            project.startLaunch("l").statusCode(200);
        }

        /** Our choice. */
        @Test
        void isRefusedForAVariationThatDoesNotExist() {
            project.createLaunch("l", "f", "unknown");

            project.startLaunch("l").statusCode(409).body("message", containsString("unknown"));
        }

        /** Our choice (the console calls it a schedule): it runs and has no traffic yet. */
        @Test
        void runsBeforeItsFirstStep() {
            create(
                    "\"groups\":[" + GROUPS
                            + "],\"scheduledSplitsConfig\":{\"steps\":[{\"startTime\":4000000000,\"groupWeights\":{\"treated\":100000}}]}");

            project.startLaunch("l").statusCode(200).body("launch.status", equalTo("RUNNING"));
            project.post(project.path("/evaluations/f"), "{\"entityId\":\"e\"}").body("reason", equalTo("DEFAULT"));
        }
    }

    @Nested
    class StopLaunch {

        /** The state and the reason from the model, the default from CloudFormation. */
        @ParameterizedTest
        @ValueSource(strings = {"", "{}", "{\"desiredState\":null}"})
        void completesUnlessToldOtherwise(String body) {
            project.createLaunch("l", "f", "a");
            project.startLaunch("l");

            Integer ended = project.post(project.path("/launches/l/cancel"), body)
                    .statusCode(200)
                    .extract()
                    .path("endedTime");
            project.get(project.path("/launches/l"))
                    .body("launch.status", equalTo("COMPLETED"))
                    .body("launch.execution.endedTime", equalTo(ended))
                    .body("launch.statusReason", nullValue());
        }

        @Test
        void keepsTheReason() {
            project.createLaunch("l", "f", "a");
            project.startLaunch("l");

            project.post(project.path("/launches/l/cancel"), "{\"desiredState\":\"CANCELLED\",\"reason\":\"too slow\"}")
                    .statusCode(200);
            project.get(project.path("/launches/l"))
                    .body("launch.status", equalTo("CANCELLED"))
                    .body("launch.statusReason", equalTo("too slow"));
        }

        /** From the model. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '~',
                value = {
                    "{\"desiredState\":\"RUNNING\"} | desiredState",
                    "{\"desiredState\":\"completed\"} | desiredState"
                })
        void refusesAnotherState(String body, String member) {
            project.createLaunch("l", "f", "a");
            project.startLaunch("l");

            project.post(project.path("/launches/l/cancel"), body)
                    .statusCode(400)
                    .body("fieldList.name", contains(member));
            project.get(project.path("/launches/l")).body("launch.status", equalTo("RUNNING"));
        }
    }
}
