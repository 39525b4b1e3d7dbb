package io.github.evidently.launch;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.github.evidently.lifecycle.LifecycleContract;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lifecycle of launches. */
@RunningServer
class LaunchLifecycleIT extends LifecycleContract {

    LaunchLifecycleIT() {
        super("launch", "launches", "l");
    }

    @Override
    protected ValidatableResponse create(String name, String feature, String variation) {
        return project.createLaunch(name, feature, variation);
    }

    @Override
    protected ValidatableResponse start(String name) {
        return project.startLaunch(name);
    }

    /** StopLaunch has no conflict in the model. */
    @Override
    protected void assertNotRunning(ValidatableResponse answer) {
        answer.statusCode(400).header("x-amzn-ErrorType", "ValidationException").body("reason", equalTo("other"));
    }

    /** Execution from the model; SDKs send no body. */
    @Test
    void answersTheLaunch() {
        project.createLaunch("l", "f", "a");
        long before = System.currentTimeMillis() / 1000;

        start("l")
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
        create("\"groups\":[" + LaunchFixture.GROUPS + "]").statusCode(200);

        start("l").statusCode(400).body("fieldList.name", contains("scheduledSplitsConfig"));
        update("{\"scheduledSplitsConfig\":{\"steps\":[{\"startTime\":1,\"groupWeights\":{\"control\":1}}]}}");
        start("l").statusCode(200);
    }

    /** A launch may have groups of several features (seen in Terraform's tests). */
    @Test
    void looksAtTheFeaturesOfAllGroups() {
        project.createFeature("g", "a");
        create("""
                "groups":[{"name":"x","feature":"f","variation":"a"},{"name":"y","feature":"g","variation":"a"}],
                "scheduledSplitsConfig":{"steps":[{"startTime":1,"groupWeights":{"x":50000,"y":50000}}]}""").statusCode(200);
        start("l").statusCode(200);
        project.createLaunch("m", "g", "a");

        project.startLaunch("m").statusCode(409);
    }

    /** An experiment on the same feature does not stand in the way (guide: what a launch leaves goes to the experiment). */
    @Test
    void isNotRefusedForARunningExperiment() {
        project.createLaunch("l", "f", "a");
        project.createExperiment("x", "f", "a", "b");
        project.startExperiment("x").statusCode(200);

        start("l").statusCode(200);
    }

    /** Our choice (the console calls it a schedule): it runs and has no traffic yet. */
    @Test
    void runsBeforeItsFirstStep() {
        create(
                "\"groups\":[" + LaunchFixture.GROUPS
                        + "],\"scheduledSplitsConfig\":{\"steps\":[{\"startTime\":4000000000,\"groupWeights\":{\"treated\":100000}}]}");

        start("l").statusCode(200).body("launch.status", equalTo("RUNNING"));
        project.post(project.path("/evaluations/f"), "{\"entityId\":\"e\"}").body("reason", equalTo("DEFAULT"));
    }
}
