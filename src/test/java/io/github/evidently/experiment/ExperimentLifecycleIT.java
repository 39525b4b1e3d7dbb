package io.github.evidently.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.github.evidently.RunningServer;
import io.github.evidently.lifecycle.LifecycleContract;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lifecycle of experiments. */
@RunningServer
class ExperimentLifecycleIT extends LifecycleContract {

    private static final int DAY = 24 * 60 * 60;

    ExperimentLifecycleIT() {
        super("experiment", "experiments", "x");
    }

    @Override
    protected ValidatableResponse create(String name, String feature, String variation) {
        return project.createExperiment(name, feature, variation, "c");
    }

    @Override
    protected ValidatableResponse start(String name) {
        return project.startExperiment(name);
    }

    @Override
    protected void assertNotRunning(ValidatableResponse answer) {
        assertConflict(answer);
    }

    /** The answer, the schedule and the execution from the model. */
    @Test
    void answersWhenItStarted() {
        project.createExperiment("x", "f", "a", "b");
        long now = System.currentTimeMillis() / 1000;

        Integer started = startUntil(now + 29 * DAY).statusCode(200).extract().path("startedTime");
        assertThat((long) started).isGreaterThanOrEqualTo(now);
        project.get(project.path("/experiments/x"))
                .body("experiment.status", equalTo("RUNNING"))
                .body("experiment.execution.startedTime", equalTo(started))
                .body("experiment.execution.endedTime", nullValue())
                .body("experiment.schedule.analysisCompleteTime", equalTo((int) (now + 29 * DAY)));
    }

    /** The model's prose: not more than 30 days after the start; that the past is refused is our choice. */
    @Test
    void refusesAnAnalysisThatEndsTooLateOrInThePast() {
        project.createExperiment("x", "f", "a", "b");
        long now = System.currentTimeMillis() / 1000;

        for (long time : List.of(now + 31 * DAY, now - DAY, 0L)) {
            startUntil(time).statusCode(400).body("fieldList.name", contains("analysisCompleteTime"));
        }
        project.post(project.path("/experiments/x/start"), "")
                .statusCode(400)
                .body("fieldList.name", contains("analysisCompleteTime"));
        project.get(project.path("/experiments/x")).body("experiment.status", equalTo("CREATED"));
    }

    private ValidatableResponse startUntil(long analysisCompleteTime) {
        return project.post(
                project.path("/experiments/x/start"), "{\"analysisCompleteTime\":" + analysisCompleteTime + "}");
    }
}
