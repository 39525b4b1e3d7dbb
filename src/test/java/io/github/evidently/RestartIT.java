package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is stopped, or killed, and started again on the same store: the control plane answers as before, byte for byte. */
class RestartIT {

    @TempDir
    Path directory;

    @Test
    void keepsEverythingOverAStopAndOverAKill() throws Exception {
        Map<String, String> before;
        ProjectOfTest project;
        String segment;
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            project = new ProjectOfTest(server.port());
            segment = "s" + project.name();
            createEverything(project, segment);
            before = answers(server, project, segment);
            server.terminate();
            assertThat(server.awaitEnd()).isEqualTo(143);
        }
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(answers(server, project, segment)).isEqualTo(before);
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(directory).awaitReady()) {
            assertThat(answers(server, project, segment)).isEqualTo(before);
        }
    }

    @Test
    void keepsEverythingWhenAnotherProgramHasTakenTheLogIntoTheDatabaseAfterAKill() throws Exception {
        Map<String, String> before;
        ProjectOfTest project;
        String segment;
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                EventSender sender = new EventSender()) {
            project = new ProjectOfTest(server.port());
            segment = "s" + project.name();
            createEverything(project, segment);
            sender.send(server.uri("/events/projects/demo"), 20);
            before = answers(server, project, segment);
            server.kill();
            server.awaitEnd();
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("evidently.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM event_batch");
        }
        assertThat(directory.resolve("evidently.db-wal")).doesNotExist();

        try (ServerProcess server = ServerProcess.start(directory).awaitReady();
                EventSender sender = new EventSender()) {
            assertThat(answers(server, project, segment)).isEqualTo(before);
            assertThat(sender.readAfter(server, 0)).hasSize(20);
        }
    }

    private static void createEverything(ProjectOfTest project, String segment) {
        project.patch(project.path(""), "{\"description\":\"of tests\"}").statusCode(200);
        project.createSegment(segment).statusCode(200);
        project.post(project.path("/features"), """
                {"name":"f","description":"é 😀","entityOverrides":{"zoe":"b","alice":"a"},"tags":{"z":"1","a":"2"},
                 "defaultVariation":"b","variations":[{"name":"b","value":{"doubleValue":0.1}},
                   {"name":"a","value":{"doubleValue":1E-7}}]}""").statusCode(200);
        project.post(project.path("/features"), """
                {"name":"g","variations":[{"name":"v","value":{"longValue":-9007199254740991}}]}""").statusCode(200);
        project.post(project.path("/launches"), """
                {"name":"scheduled","randomizationSalt":"salt","groups":[{"name":"z","feature":"f","variation":"a"},
                   {"name":"a","feature":"g","variation":"v"}],
                 "metricMonitors":[{"metricDefinition":%s}],
                 "scheduledSplitsConfig":{"steps":[
                   {"startTime":4000000000,"groupWeights":{"z":1,"a":2},"segmentOverrides":[
                     {"segment":"%s","evaluationOrder":3,"weights":{"a":4}}]},
                   {"startTime":5000000000,"groupWeights":{}}]}}""".formatted(ProjectOfTest.metric("m"), segment))
                .statusCode(200);
        project.startLaunch("scheduled").statusCode(200);
        project.createLaunch("created", "g", "v").statusCode(200);
        project.post(
                        project.path("/experiments"),
                        ProjectOfTest.experiment(
                                "running", "f", "\"segment\":\"" + segment + "\",\"samplingRate\":7,", "a", "b"))
                .statusCode(200);
        project.startExperiment("running").statusCode(200);
        project.createFeature("h", "a", "b").statusCode(200);
        project.createExperiment("stopped", "h", "a", "b").statusCode(200);
        project.startExperiment("stopped").statusCode(200);
        project.post(
                        project.path("/experiments/stopped/cancel"),
                        "{\"desiredState\":\"CANCELLED\",\"reason\":\"enough\"}")
                .statusCode(200);
        for (String arn : List.of(
                project.arn(),
                project.arn("feature", "g"),
                project.arn("launch", "scheduled"),
                project.arn("experiment", "stopped"),
                ProjectOfTest.ARN_PREFIX + "segment/" + segment)) {
            project.post("/tags/" + ProjectOfTest.encoded(arn), "{\"tags\":{\"k\":\"of " + arn + "\"}}")
                    .statusCode(200);
        }
        // What was deleted must not come back.
        project.createFeature("deleted", "a").statusCode(200);
        project.delete(project.path("/features/deleted")).statusCode(200);
    }

    /** What the server answers to each of the reading operations. */
    private static Map<String, String> answers(ServerProcess server, ProjectOfTest project, String segment) {
        Map<String, String> answers = new LinkedHashMap<>();
        for (String path : List.of(
                "/projects",
                project.path(""),
                project.path("/features"),
                project.path("/features/f"),
                project.path("/features/g"),
                project.path("/features/deleted"),
                project.path("/launches"),
                project.path("/launches/scheduled"),
                project.path("/experiments"),
                project.path("/experiments/running"),
                "/segments",
                "/segments/" + segment,
                "/segments/" + segment + "/references?type=LAUNCH",
                "/segments/" + segment + "/references?type=EXPERIMENT",
                "/tags/" + ProjectOfTest.encoded(project.arn("launch", "scheduled")))) {
            answers.put(
                    path,
                    RestAssured.given()
                            .urlEncodingEnabled(false)
                            .get(server.uri(path).toString())
                            .asString());
        }
        return answers;
    }
}
