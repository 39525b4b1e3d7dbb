package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.ValidatableResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Changes that contradict each other, at the same time: one comes first, and what must always hold does. */
@RunningServer
class ConcurrentChangesIT {

    private static final int ROUNDS = 50;

    private static ExecutorService callers;

    @LocalServerPort
    int port;

    @BeforeAll
    static void startCallers() {
        callers = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stopCallers() {
        callers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"segments", "features", "launches", "experiments"})
    void ofManyCreationsOfOneNameOneWins(String kind) throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
        for (int round = 0; round < 10; round++) {
            String name = (kind.equals("segments") ? project.name().substring(0, 20) + "-" : "n") + round;
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(() -> create(project, kind, name));
            }

            List<Integer> statuses = together(calls);

            assertThat(statuses).as(kind).containsOnlyOnce(200);
            assertThat(Collections.frequency(statuses, 409)).isEqualTo(9);
        }
    }

    private static int create(ProjectOfTest project, String kind, String name) {
        return status(
                switch (kind) {
                    case "segments" -> project.createSegment(name);
                    case "features" -> project.createFeature(name, "v");
                    case "launches" -> project.createLaunch(name, "f", "a");
                    default -> project.createExperiment(name, "f", "a", "b");
                });
    }

    @Test
    void noLaunchOrExperimentIsCreatedWithoutItsFeature() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            project.createFeature(name, "a", "b").statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.delete(project.path("/features/" + name))),
                    () -> status(project.createLaunch(name, name, "a")),
                    () -> status(project.createExperiment(name, name, "a", "b"))));

            assertThat(statuses.get(0)).isEqualTo(200);
            // Before the feature was deleted, or not at all.
            assertThat(statuses.subList(1, 3)).as("round %d", round).allMatch(status -> status == 200 || status == 404);
            if (statuses.get(1) == 200) {
                project.startLaunch(name).statusCode(409);
            }
        }
    }

    @Test
    void noLaunchIsStartedWithoutItsFeature() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            project.createFeature(name, "a").statusCode(200);
            project.createLaunch(name, name, "a").statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.delete(project.path("/features/" + name))),
                    () -> status(project.startLaunch(name)),
                    () -> status(project.delete(project.path("/launches/" + name)))));

            // Without its feature or deleted before it could start, or started and then neither can be deleted.
            boolean started = statuses.get(1) == 200;
            assertThat(statuses.get(1)).isIn(200, 404, 409);
            assertThat(statuses.get(2)).as("round %d", round).isEqualTo(started ? 409 : 200);
            assertThat(statuses.get(0)).as("round %d", round).isEqualTo(started ? 409 : 200);
            requireThatFeaturesInUseExist(project);
        }
    }

    @Test
    void aRunningLaunchKeepsItsVariations() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            project.createFeature(name, "a", "b").statusCode(200);
            project.createLaunch(name, name, "b").statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.patch(project.path("/features/" + name), "{\"removeVariations\":[\"b\"]}")),
                    () -> status(project.startLaunch(name))));

            assertThat(statuses).as("round %d", round).containsExactlyInAnyOrder(200, 409);
        }
    }

    @Test
    void ofTwoStartsOnOneFeatureOneWins() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            project.createFeature(name, "a", "b").statusCode(200);
            project.createLaunch(name + "-1", name, "a").statusCode(200);
            project.createLaunch(name + "-2", name, "b").statusCode(200);
            project.createExperiment(name + "-1", name, "a", "b").statusCode(200);
            project.createExperiment(name + "-2", name, "a", "b").statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.startLaunch(name + "-1")),
                    () -> status(project.startLaunch(name + "-2")),
                    () -> status(project.startExperiment(name + "-1")),
                    () -> status(project.startExperiment(name + "-2"))));

            assertThat(statuses.subList(0, 2)).as("launches, round %d", round).containsExactlyInAnyOrder(200, 409);
            assertThat(statuses.subList(2, 4))
                    .as("experiments, round %d", round)
                    .containsExactlyInAnyOrder(200, 409);
            assertThat(running(project, "launches", name)).isEqualTo(1);
            assertThat(running(project, "experiments", name)).isEqualTo(1);
        }
    }

    /** How many of that feature run. */
    private static long running(ProjectOfTest project, String kind, String feature) {
        return Stream.of("-1", "-2")
                .filter(suffix -> {
                    String path = project.path("/" + kind + "/" + feature + suffix);
                    String member = kind.equals("launches") ? "launch" : "experiment";
                    return project.get(path).extract().path(member + ".status").equals("RUNNING");
                })
                .count();
    }

    @Test
    void ofAStopAndAStopAndADeletionEachSeesTheOther() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        project.createFeature("f", "a").statusCode(200);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            project.createLaunch(name, "f", "a").statusCode(200);
            project.startLaunch(name).statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.stop("launches", name, "COMPLETED")),
                    () -> status(project.stop("launches", name, "CANCELLED")),
                    () -> status(project.delete(project.path("/launches/" + name)))));

            assertThat(statuses.subList(0, 2)).as("round %d", round).containsOnlyOnce(200);
            boolean deleted = statuses.get(2) == 200;
            assertThat(project.get(project.path("/launches/" + name)).extract().statusCode())
                    .isEqualTo(deleted ? 404 : 200);
            if (!deleted) {
                assertThat(status(project.delete(project.path("/launches/" + name))))
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void noExperimentIsLeftWithoutItsSegment() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        project.createFeature("f", "a", "b").statusCode(200);
        for (int round = 0; round < ROUNDS; round++) {
            String name = "n" + round;
            String segment = project.name() + "-" + round;
            project.createSegment(segment).statusCode(200);

            List<Integer> statuses = together(List.of(
                    () -> status(project.delete("/segments/" + segment)),
                    () -> status(project.post(
                            project.path("/experiments"),
                            ProjectOfTest.experiment(name, "f", "\"segment\":\"" + segment + "\",", "a", "b")))));

            assertThat(statuses).as("round %d", round).isIn(List.of(200, 404), List.of(409, 200));
            assertThat(project.get("/segments/" + segment).extract().statusCode())
                    .isEqualTo(statuses.get(0) == 200 ? 404 : 200);
        }
    }

    @Test
    void noFeatureIsLeftWithoutItsProject() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            ProjectOfTest project = new ProjectOfTest(port);

            List<Integer> statuses = together(List.of(
                    () -> status(project.delete(project.path(""))), () -> status(project.createFeature("f", "a"))));

            assertThat(statuses).as("round %d", round).isIn(List.of(200, 404), List.of(409, 200));
            // A feature that outlived its project would come back with the next one of its name.
            if (statuses.get(0) == 200) {
                project.post("/projects", "{\"name\":\"" + project.name() + "\"}")
                        .statusCode(200);
                assertThat(project.get(project.path("/features")).extract().<List<?>>path("features"))
                        .isEmpty();
            }
        }
    }

    @Test
    void noTagIsLost() throws Exception {
        ProjectOfTest project = new ProjectOfTest(port);
        project.createFeature("f", "a").statusCode(200);
        String path = "/tags/" + ProjectOfTest.encoded(project.arn("feature", "f"));
        List<Call> calls = new ArrayList<>();
        for (char key = 'a'; key <= 'z'; key++) {
            String body = "{\"tags\":{\"" + key + "\":\"v\"}}";
            calls.add(() -> status(project.post(path, body)));
        }

        assertThat(together(calls)).containsOnly(200);

        assertThat(project.get(path).extract().<Map<String, String>>path("tags"))
                .hasSize(26);
    }

    private static void requireThatFeaturesInUseExist(ProjectOfTest project) {
        List<String> features =
                project.get(project.path("/features?maxResults=100")).extract().path("features.name");
        List<Map<String, String>> used = new ArrayList<>();
        used.addAll(project.get(project.path("/launches?maxResults=100&status=RUNNING"))
                .extract()
                .path("launches.collectMany { it.groups.featureVariations }"));
        used.addAll(project.get(project.path("/experiments?maxResults=100&status=RUNNING"))
                .extract()
                .path("experiments.collectMany { it.treatments.featureVariations }"));
        assertThat(used).allSatisfy(variations -> assertThat(features).containsAll(variations.keySet()));
    }

    private static int status(ValidatableResponse response) {
        return response.extract().statusCode();
    }

    /** One call, that answers its status. */
    private interface Call extends Callable<Integer> {}

    /** Makes the calls at the same time and returns their statuses in the order of the calls. */
    private static List<Integer> together(List<Call> calls) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(calls.size());
        List<Future<Integer>> answers = new ArrayList<>();
        for (Call call : calls) {
            answers.add(callers.submit(() -> {
                barrier.await();
                return call.call();
            }));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<Integer> answer : answers) {
            statuses.add(answer.get());
        }
        return statuses;
    }
}
