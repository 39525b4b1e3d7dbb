package io.github.evidently.seed;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.github.evidently.ServerProcess;
import io.restassured.response.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The seed of a packaged server, and the export that is one. */
class SeederIT {

    private static final String SEED = """
        segments:
          - {name: beta, description: Who tries early, pattern: '{"plan":["beta"]}', tags: {b: "2", a: "1"}}
        projects:
          - name: shop
            appConfigResource: {applicationId: abcd, environmentId: efgh}
            features:
              - name: color
                description: "Ü 😀"
                entityOverrides: {z: red, anna@example.com: blue}
                variations: [{name: blue, value: {stringValue: ''}}, {name: red, value: {stringValue: 'no'}}]
              - {name: size, variations: [{name: s, value: {doubleValue: 0.1}}, {name: l, value: {doubleValue: 2}}]}
            launches:
              - name: rollout
                status: RUNNING
                groups:
                  - {name: b, feature: color, variation: red}
                  - {name: a, feature: color, variation: blue, description: As before}
                metricMonitors: [{metricDefinition: {name: m, entityIdKey: a, valueKey: b, eventPattern: '{"b":[1]}'}}]
                scheduledSplitsConfig:
                  steps:
                    - startTime: 2026-01-31T12:00:00.250Z
                      groupWeights: {b: 10000, a: 90000}
                      segmentOverrides: [{segment: beta, evaluationOrder: 1, weights: {b: 100000}}]
              - {name: draft, groups: [{name: a, feature: size, variation: s}]}
              - name: earlier
                status: CANCELLED
                statusReason: Too slow
                groups: [{name: a, feature: color, variation: gone}]
                scheduledSplitsConfig: {steps: [{startTime: 1, groupWeights: {a: 0}}]}
            experiments:
              - name: taste
                status: RUNNING
                segment: arn:aws:evidently:us-east-1:000000000000:segment/beta
                samplingRate: 50000
                onlineAbConfig: {controlTreatmentName: t2, treatmentWeights: {t2: 60000, t1: 40000}}
                treatments: [{name: t1, feature: color, variation: blue}, {name: t2, feature: color, variation: red}]
                metricGoals: [{desiredChange: INCREASE, metricDefinition: {name: m, entityIdKey: a, valueKey: b}}]
              - name: over
                status: COMPLETED
                analysisCompleteTime: 1769860800.5
                treatments: [{name: t1, feature: size, variation: s}, {name: t2, feature: size, variation: gone}]
                metricGoals: [{metricDefinition: {name: m, entityIdKey: a, valueKey: b}}]
          - name: blog
            dataDelivery: {s3Destination: {bucket: events-of-blog, prefix: raw/}}
            tags: {stage: test}
        """;

    @TempDir
    Path directory;

    @Test
    void exportsWhatAnEmptyServerMakesTheSameOf() throws Exception {
        Path seed = Files.writeString(directory.resolve("seed.yaml"), SEED);
        String exported;
        try (ServerProcess server = start("first", seed)) {
            exported = export(server);
            Response first = given().get(server.uri("/_evidently/export"));
            assertThat(first.contentType()).isEqualTo("application/json");
        }
        // So that nothing is missing from both.
        assertThat(exported)
                .contains(
                        "\"startTime\" : \"2026-01-31T12:00:00.250Z\"",
                        "\"analysisCompleteTime\" : \"2026-01-31T12:00:00.500Z\"",
                        "\"segment\" : \"beta\"",
                        "\"bucket\" : \"events-of-blog\"",
                        "\"applicationId\" : \"abcd\"",
                        "\"statusReason\" : \"Too slow\"",
                        "\"anna@example.com\" : \"blue\"",
                        "\"stringValue\" : \"\"",
                        "\"stage\" : \"test\"",
                        "Ü 😀");
        Path export = Files.writeString(directory.resolve("export.json"), exported);
        try (ServerProcess server = start("second", export)) {
            assertThat(export(server)).isEqualTo(exported);
            given().get(server.uri("/projects/shop/launches/rollout")).then().body("launch.status", equalTo("RUNNING"));
            given().get(server.uri("/projects/shop/launches/earlier"))
                    .then()
                    .body("launch.status", equalTo("CANCELLED"))
                    .body("launch.statusReason", equalTo("Too slow"));
            given().get(server.uri("/projects/shop/experiments/taste"))
                    .then()
                    .body("experiment.status", equalTo("RUNNING"))
                    .body("experiment.onlineAbDefinition.controlTreatmentName", equalTo("t2"));
            given().get(server.uri("/projects/shop/experiments/over"))
                    .then()
                    .body("experiment.status", equalTo("COMPLETED"))
                    .body("experiment.schedule.analysisCompleteTime", equalTo(1769860800));
        }
    }

    @Test
    void leavesWhatExistsAsItIsAfterARestart() throws Exception {
        Path seed = Files.writeString(directory.resolve("seed.yaml"), SEED);
        String exported;
        try (ServerProcess server = start("data", seed)) {
            given().body("{\"desiredState\":\"CANCELLED\"}")
                    .post(server.uri("/projects/shop/launches/rollout/cancel"))
                    .then()
                    .statusCode(200);
            given().body("{\"description\":\"Mine\"}")
                    .patch(server.uri("/projects/shop/features/color"))
                    .then()
                    .statusCode(200);
            given().delete(server.uri("/projects/shop/launches/draft")).then().statusCode(200);
            exported = export(server);
            server.terminate();
            server.awaitEnd();
        }
        try (ServerProcess server = start("data", seed)) {
            given().delete(server.uri("/projects/shop/launches/draft")).then().statusCode(200);
            assertThat(export(server)).isEqualTo(exported);
        }
    }

    @Test
    void isThereAgainWhenAResetAnswers() throws Exception {
        Path seed = Files.writeString(directory.resolve("seed.yaml"), SEED);
        try (ServerProcess server = start("data", seed, "evidently.project.names=demo")) {
            String exported = export(server);
            given().body("{\"name\":\"mine\"}")
                    .post(server.uri("/projects"))
                    .then()
                    .statusCode(200);
            given().post(server.uri("/projects/shop/launches/rollout/cancel"))
                    .then()
                    .statusCode(200);
            // What the file says by now is for the next start.
            Files.writeString(seed, "nothing");

            given().post(server.uri("/_evidently/reset")).then().statusCode(200);

            assertThat(withoutTimes(export(server))).isEqualTo(withoutTimes(exported));
            given().get(server.uri("/projects/demo")).then().statusCode(200);
            given().get(server.uri("/projects/mine")).then().statusCode(404);
            given().body("{\"entityId\":\"z\"}")
                    .post(server.uri("/projects/shop/evaluations/color"))
                    .then()
                    .body("variation", equalTo("red"));
        }
    }

    @Test
    void aResetOfAProjectMakesWhatTheSeedHasOfIt() throws Exception {
        Path seed = Files.writeString(directory.resolve("seed.yaml"), SEED);
        try (ServerProcess server = start("data", seed)) {
            String exported = export(server);
            given().post(server.uri("/projects/shop/launches/rollout/cancel"))
                    .then()
                    .statusCode(200);
            given().delete(server.uri("/projects/shop/launches/rollout")).then().statusCode(200);
            given().body("{\"description\":\"Mine\"}")
                    .patch(server.uri("/projects/shop"))
                    .then()
                    .statusCode(200);
            given().body("{\"description\":\"Also mine\"}")
                    .patch(server.uri("/projects/blog"))
                    .then()
                    .statusCode(200);

            given().post(server.uri("/_evidently/reset?project=shop")).then().statusCode(200);

            assertThat(withoutTimes(export(server)))
                    .isEqualTo(withoutTimes(exported)
                            .replace(
                                    "\"name\" : \"blog\"",
                                    "\"description\" : \"Also mine\",\n    \"name\" : \"blog\""));
            given().body("{\"entityId\":\"z\"}")
                    .post(server.uri("/projects/shop/evaluations/color"))
                    .then()
                    .body("variation", equalTo("red"));
        }
    }

    /** What the CLI prints, one file for each answer. */
    @Test
    void aServerIsMadeAnewFromWhatItsGetOperationsPrint() throws Exception {
        Path seed = Files.writeString(
                directory.resolve("seed.yaml"),
                SEED.replace("us-east-1:000000000000:segment", "eu-west-1:123456789012:segment"));
        Map<String, String> files = Map.of(
                "/segments/beta", "segments/beta.json",
                "/projects/shop", "projects/shop/project.json",
                "/projects/blog", "projects/blog.json",
                "/projects/shop/features/color", "projects/shop/features/color.json",
                "/projects/shop/features/size", "projects/shop/features/size.json",
                "/projects/shop/launches/rollout", "projects/shop/launches/rollout.json",
                "/projects/shop/launches/draft", "projects/shop/launches/draft.json",
                "/projects/shop/launches/earlier", "projects/shop/launches/earlier.json",
                "/projects/shop/experiments/taste", "projects/shop/experiments/taste.json",
                "/projects/shop/experiments/over", "projects/shop/experiments/over.json");
        Path dumps = directory.resolve("dumps");
        Map<String, String> printed = new HashMap<>();
        try (ServerProcess server =
                start("first", seed, "evidently.account-id=123456789012", "evidently.region=eu-west-1")) {
            for (var file : files.entrySet()) {
                String answer = given().get(server.uri(file.getKey()))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString();
                printed.put(file.getKey(), answer);
                Path path = dumps.resolve(file.getValue());
                Files.createDirectories(path.getParent());
                Files.writeString(path, answer);
            }
        }
        try (ServerProcess server = start("second", dumps)) {
            for (var answer : printed.entrySet()) {
                String again = given().get(server.uri(answer.getKey()))
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString();
                assertThat(comparable(again)).isEqualTo(comparable(answer.getValue()));
            }
        }
    }

    /** Without what a new server makes new: times, its own ARNs and the profile in AppConfig. */
    private static String comparable(String answer) {
        return answer.replaceAll("\"(createdTime|lastUpdatedTime|startedTime|endedTime)\":[0-9]+", "")
                .replaceAll("arn:aws:evidently:[^:]*:[0-9]+:", "arn:")
                .replaceAll("\"configurationProfileId\":\"[a-z0-9]*\"", "");
    }

    @Test
    void stopsTheStartWithASentence() throws Exception {
        Path seed =
                Files.writeString(directory.resolve("seed.yaml"), SEED.replace("status: RUNNING", "state: RUNNING"));
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), "evidently.seed.location=" + seed)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(server.output())
                    .contains(
                            "The seed file " + seed
                                    + " is wrong in line 14 at projects.0.launches.0.state: Member is unknown here.",
                            "Correct the seed, or start without evidently.seed.location (EVIDENTLY_SEED_LOCATION).")
                    .noneMatch(line -> line.startsWith("\tat "));
        }
    }

    /** The time of an analysis that is not given depends on when the seed was applied. */
    private static String withoutTimes(String export) {
        return export.replaceAll("\"analysisCompleteTime\" : \"[^\"]*\"", "");
    }

    private static String export(ServerProcess server) {
        return given().get(server.uri("/_evidently/export"))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private ServerProcess start(String store, Path seed, String... properties) throws InterruptedException {
        String[] all = Arrays.copyOf(properties, properties.length + 1);
        all[properties.length] = "evidently.seed.location=" + seed;
        return ServerProcess.start(directory.resolve(store), all).awaitReady();
    }
}
