package io.github.evidently.results;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.github.evidently.ProjectOfTest;
import io.github.evidently.RunningServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** GetExperimentResults of experiments that have measured nothing. */
@RunningServer
class ResultsIT {

    @LocalServerPort
    int port;

    private ProjectOfTest project;

    @BeforeEach
    void createExperiment() {
        project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
        project.createExperiment("x", "f", "a", "b").statusCode(200);
    }

    /** The text from the model; in every status. */
    @Test
    void saysThatThereAreNotEnoughEvents() {
        for (Runnable change : new Runnable[] {
            () -> {},
            () -> project.startExperiment("x").statusCode(200),
            () -> project.stop("experiments", "x", "COMPLETED").statusCode(200)
        }) {
            change.run();
            project.post(project.path("/experiments/x/results"), """
                {"metricNames":["m"],"treatmentNames":["a","b"],"baseStat":"Mean","period":300,
                 "resultStats":["BaseStat","TreatmentEffect","ConfidenceInterval","PValue"],
                 "reportNames":["BayesianInference"],"startTime":1,"endTime":2}\
                """)
                    .statusCode(200)
                    .body("details", startsWith("Not enough events to generate results: "))
                    .body("resultsData", empty())
                    .body("timestamps", empty())
                    .body("reports", empty());
        }
    }

    /** Constraints from the model; names that the experiment does not have are our choice. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"treatmentNames":["a"]} | metricNames
            {"metricNames":["m"]} | treatmentNames
            {"metricNames":[],"treatmentNames":["a"]} | metricNames
            {"metricNames":["m","m"],"treatmentNames":["a"]} | metricNames
            {"metricNames":["m"],"treatmentNames":[]} | treatmentNames
            {"metricNames":["m"],"treatmentNames":["a","a","a","a","a","a"]} | treatmentNames
            {"metricNames":["m"],"treatmentNames":["a"],"period":299} | period
            {"metricNames":["m"],"treatmentNames":["a"],"period":90001} | period
            {"metricNames":["m"],"treatmentNames":["a"],"baseStat":"mean"} | baseStat
            {"metricNames":["m"],"treatmentNames":["a"],"startTime":2,"endTime":1} | endTime
            {"metricNames":["n"],"treatmentNames":["a"]} | metricNames.0
            {"metricNames":["m"],"treatmentNames":["a","z"]} | treatmentNames.1
            """)
    void namesTheInvalidMember(String body, String member) {
        project.post(project.path("/experiments/x/results"), body)
                .statusCode(400)
                .header("x-amzn-ErrorType", "ValidationException")
                .body("fieldList.name", contains(member));
    }

    /** The style of the control plane, by analogy. */
    @Test
    void saysWhatDoesNotExist() {
        String body = "{\"metricNames\":[\"m\"],\"treatmentNames\":[\"a\"]}";
        project.post(project.path("/experiments/y/results"), body)
                .statusCode(404)
                .body("resourceId", equalTo(project.arn("experiment", "y")))
                .body("resourceType", equalTo("experiment"));
        project.post("/projects/missing/experiments/x/results", body)
                .statusCode(404)
                .body("resourceType", equalTo("project"));
    }
}
