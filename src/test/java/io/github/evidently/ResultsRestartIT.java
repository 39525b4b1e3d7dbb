package io.github.evidently;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results are the same after the server was stopped, or killed, and started again on the same store. */
class ResultsRestartIT {

    private static final long START = 1769860836;

    @TempDir
    Path directory;

    @Test
    void areTheSameAfterAStopAndAfterAKill() throws Exception {
        ProjectOfTest project;
        List<String> before;
        try (ServerProcess server = start()) {
            setClock(server, START);
            project = new ProjectOfTest(server.port());
            project.createFeature("f", "a", "b").statusCode(200);
            project.createExperiment("x", "f", "a", "b").statusCode(200);
            project.post(project.path("/experiments/x/start"), "{\"analysisCompleteTime\":" + (START + 86_400) + "}")
                    .statusCode(200);
            send(server, project, 0, 300);
            setClock(server, START + 1_200);
            before = answers(server, project);
            assertThat(before.getFirst()).contains("\"PValue\"");
            server.terminate();
            assertThat(server.awaitEnd()).isEqualTo(143);
        }
        List<String> after;
        try (ServerProcess server = start()) {
            setClock(server, START + 1_200);
            assertThat(answers(server, project)).isEqualTo(before);
            send(server, project, 300, 500);
            after = answers(server, project);
            assertThat(after).isNotEqualTo(before);
            server.kill();
        }
        try (ServerProcess server = start()) {
            setClock(server, START + 1_200);
            assertThat(answers(server, project)).isEqualTo(after);
        }
    }

    private ServerProcess start() throws Exception {
        return ServerProcess.start(directory, "evidently.inspection.clock=true").awaitReady();
    }

    private static void setClock(ServerProcess server, long time) {
        given().port(server.port())
                .body("{\"time\":" + time + "}")
                .put("/_evidently/clock")
                .then()
                .statusCode(200);
    }

    private static List<String> answers(ServerProcess server, ProjectOfTest project) {
        return List.of(
                given().port(server.port())
                        .body("{\"metricNames\":[\"m\"],\"treatmentNames\":[\"a\",\"b\"]}")
                        .post(project.path("/experiments/x/results"))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString(),
                given().port(server.port())
                        .get("/_evidently/results?project=" + project.name() + "&experiment=x")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString());
    }

    /** Evaluations and samples of some users, and one that does not count. */
    private static void send(ServerProcess server, ProjectOfTest project, int from, int to) {
        List<String> events = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String treatment = i % 2 == 0 ? "a" : "b";
            events.add(event(
                    "evaluation",
                    "{\\\"feature\\\":\\\"f\\\",\\\"entityId\\\":\\\"u" + i + "\\\",\\\"variation\\\":\\\"" + treatment
                            + "\\\",\\\"type\\\":\\\"EXPERIMENT_RULE_MATCH\\\",\\\"details\\\":{\\\"experiment\\\":"
                            + "\\\"x\\\",\\\"treatment\\\":\\\"" + treatment + "\\\"}}"));
            events.add(event(
                    "custom",
                    "{\\\"userDetails\\\":{\\\"userId\\\":\\\"u" + i + "\\\"},\\\"details\\\":{\\\"value\\\":" + i % 17
                            + "}}"));
        }
        events.add(event("custom", "{\\\"lost\\\":" + from + "}"));
        for (int i = 0; i < events.size(); i += 50) {
            given().port(server.port())
                    .body("{\"events\":[" + String.join(",", events.subList(i, Math.min(i + 50, events.size()))) + "]}")
                    .post("/events/projects/" + project.name())
                    .then()
                    .statusCode(200);
        }
    }

    private static String event(String type, String data) {
        return "{\"timestamp\":" + (START + 60) + ",\"type\":\"aws.evidently." + type + "\",\"data\":\"" + data + "\"}";
    }
}
