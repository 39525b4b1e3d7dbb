package io.github.evidently.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.RunningServer;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchGroup;
import io.github.evidently.launch.LaunchRegistry;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.project.DataDelivery;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.segment.Segment;
import io.github.evidently.segment.SegmentRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A directory of what the Get operations of AWS's service printed, in another account and Region. */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=")
class SeedDirectoryIT {

    private static final JsonMapper JSON = new JsonMapper();

    /** Each has every member of its shape, times as the CLI prints them. */
    private static final Map<String, String> DUMPS =
            Map.of("segment", """
            {"segment": {
                "arn": "arn:aws:evidently:eu-west-1:123456789012:segment/beta",
                "createdTime": "2023-11-02T10:11:12.345000+01:00", "description": "Testers", "experimentCount": 1,
                "lastUpdatedTime": "2023-11-02T10:11:12.345000+01:00", "launchCount": 2, "name": "beta",
                "pattern": "{\\"plan\\":[\\"beta\\"]}", "tags": {"team": "growth"}}}
            """, "project", """
            {"project": {
                "activeExperimentCount": 1, "activeLaunchCount": 1,
                "appConfigResource": {"applicationId": "abcd123", "configurationProfileId": "efgh456",
                                      "environmentId": "ijkl789"},
                "arn": "arn:aws:evidently:eu-west-1:123456789012:project/shop",
                "createdTime": "2023-11-02T10:11:12.345000+01:00",
                "dataDelivery": {"s3Destination": {"bucket": "events", "prefix": "raw"}},
                "description": "The shop", "experimentCount": 1, "featureCount": 1,
                "lastUpdatedTime": "2023-11-02T10:11:12.345000+01:00", "launchCount": 2, "name": "shop",
                "status": "AVAILABLE", "tags": {"team": "growth"}}}
            """, "feature", """
            {"feature": {
                "arn": "arn:aws:evidently:eu-west-1:123456789012:project/shop/feature/color",
                "createdTime": "2023-11-02T10:11:12.345000+01:00", "defaultVariation": "red", "description": "Ü",
                "entityOverrides": {"anna": "blue"},
                "evaluationRules": [{"name": "rollout", "type": "aws.evidently.splits"}],
                "evaluationStrategy": "ALL_RULES", "lastUpdatedTime": 1698916272.345, "name": "color",
                "project": "arn:aws:evidently:eu-west-1:123456789012:project/shop", "status": "UPDATING",
                "tags": {"team": "growth"}, "valueType": "LONG",
                "variations": [{"name": "blue", "value": {"longValue": 1}}, {"name": "red", "value": {"longValue": 2}}]}}
            """, "launch", """
            {"launch": {
                "arn": "arn:aws:evidently:eu-west-1:123456789012:project/shop/launch/rollout",
                "createdTime": "2023-11-02T10:11:12.345000+01:00", "description": "Step by step",
                "execution": {"startedTime": "2023-11-02T10:11:12.345000+01:00"},
                "groups": [
                    {"description": "New", "featureVariations": {"color": "blue"}, "name": "few"},
                    {"featureVariations": {"color": "red"}, "name": "others"}],
                "lastUpdatedTime": "2023-11-02T10:11:12.345000+01:00",
                "metricMonitors": [{"metricDefinition": {"entityIdKey": "userId", "eventPattern": "{\\"a\\":[1]}",
                    "name": "price", "unitLabel": "NZD", "valueKey": "price"}}],
                "name": "rollout", "project": "arn:aws:evidently:eu-west-1:123456789012:project/shop",
                "randomizationSalt": "salt",
                "scheduledSplitsDefinition": {"steps": [{
                    "groupWeights": {"few": 10000, "others": 90000},
                    "segmentOverrides": [{
                        "evaluationOrder": 1, "segment": "arn:aws:evidently:eu-west-1:123456789012:segment/beta",
                        "weights": {"few": 100000}}],
                    "startTime": "2023-11-02T10:11:12.345000+01:00"}]},
                "status": "RUNNING", "statusReason": "", "tags": {"team": "growth"}, "type": "aws.evidently.splits"}}
            """, "experiment", """
            {"experiment": {
                "arn": "arn:aws:evidently:eu-west-1:123456789012:project/shop/experiment/taste",
                "createdTime": "2023-11-02T10:11:12.345000+01:00", "description": "Which one",
                "execution": {"startedTime": "2023-11-02T10:11:12+01:00", "endedTime": "2023-12-02T10:11:12+01:00"},
                "lastUpdatedTime": "2023-11-02T10:11:12.345000+01:00",
                "metricGoals": [{"desiredChange": "DECREASE", "metricDefinition": {
                    "entityIdKey": "userId", "name": "price", "valueKey": "price"}}],
                "name": "taste",
                "onlineAbDefinition": {"controlTreatmentName": "new",
                                       "treatmentWeights": {"new": 60000, "old": 40000}},
                "project": "arn:aws:evidently:eu-west-1:123456789012:project/shop", "randomizationSalt": "pepper",
                "samplingRate": 50000, "schedule": {"analysisCompleteTime": "2023-12-01T00:00:00+01:00"},
                "segment": "arn:aws:evidently:eu-west-1:123456789012:segment/beta", "status": "COMPLETED",
                "statusReason": "Seen", "tags": {"team": "growth"},
                "treatments": [
                    {"description": "As before", "featureVariations": {"color": "red"}, "name": "old"},
                    {"featureVariations": {"color": "blue"}, "name": "new"}],
                "type": "aws.evidently.onlineab"}}
            """);

    @Autowired
    SeedReader reader;

    @Autowired
    ProjectRegistry projects;

    @Autowired
    SegmentRegistry segments;

    @Autowired
    FeatureRegistry features;

    @Autowired
    LaunchRegistry launches;

    @Autowired
    ExperimentRegistry experiments;

    @TempDir
    Path directory;

    @BeforeEach
    void startOver() {
        projects.reset();
    }

    /** So that the dumps of the other tests are like those of AWS. */
    @Test
    void eachDumpHasEveryMemberOfTheModel() throws IOException {
        JsonNode shapes;
        try (InputStream model = getClass().getResourceAsStream("/evidently-2021-02-01.json")) {
            shapes = JSON.readTree(model).get("shapes");
        }
        for (var shape : Map.of(
                        "Segment", "segment",
                        "Project", "project",
                        "Feature", "feature",
                        "Launch", "launch",
                        "Experiment", "experiment")
                .entrySet()) {
            assertThat(JSON.readTree(DUMPS.get(shape.getValue()))
                            .get(shape.getValue())
                            .propertyNames())
                    .containsExactlyInAnyOrderElementsOf(
                            shapes.get(shape.getKey()).get("members").propertyNames());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, projects/shop/project.json", "false, projects/shop.json"})
    void takesADumpOfEachKindWrappedOrNot(boolean isWrapped, String projectFile) throws Exception {
        Map<String, String> dumps = new HashMap<>(DUMPS);
        if (!isWrapped) {
            dumps.replaceAll((kind, dump) -> JSON.readTree(dump).get(kind).toString());
        }
        write("segments/beta.json", dumps.get("segment"));
        write(projectFile, dumps.get("project"));
        write("projects/shop/features/color.json", dumps.get("feature"));
        write("projects/shop/launches/rollout.json", dumps.get("launch"));
        write("projects/shop/experiments/taste.json", dumps.get("experiment"));
        apply();

        Segment beta = segments.require(new SegmentRef("beta"));
        assertThat(beta.description()).isEqualTo("Testers");
        assertThat(beta.pattern()).isEqualTo("{\"plan\":[\"beta\"]}");
        Project shop = projects.find("shop").orElseThrow();
        assertThat(shop.description()).isEqualTo("The shop");
        assertThat(shop.dataDelivery())
                .isEqualTo(new DataDelivery(null, new DataDelivery.S3Destination("events", "raw")));
        assertThat(shop.appConfigResource().environmentId()).isEqualTo("ijkl789");
        Feature color = features.find("shop", "color").orElseThrow();
        assertThat(color.defaultVariation()).isEqualTo("red");
        assertThat(color.entityOverrides()).isEqualTo(Map.of("anna", "blue"));

        Launch rollout = launches.find("shop", "rollout").orElseThrow();
        assertThat(rollout.status()).isEqualTo(Status.RUNNING);
        assertThat(rollout.groups())
                .containsExactly(
                        new LaunchGroup("New", Map.of("color", "blue"), "few"),
                        new LaunchGroup(null, Map.of("color", "red"), "others"));
        assertThat(rollout.steps().getFirst().startTime()).isEqualTo(Instant.parse("2023-11-02T09:11:12.345Z"));
        assertThat(rollout.steps().getFirst().groupWeights()).isEqualTo(Map.of("few", 10_000L, "others", 90_000L));
        assertThat(rollout.steps().getFirst().overrides())
                .containsExactly(new SegmentOverride(1L, "beta", Map.of("few", 100_000L)));
        assertThat(rollout.metricMonitors().getFirst().metricDefinition().unitLabel())
                .isEqualTo("NZD");
        assertThat(rollout.randomizationSalt()).isEqualTo("salt");

        Experiment taste = experiments.find("shop", "taste").orElseThrow();
        assertThat(taste.status()).isEqualTo(Status.COMPLETED);
        assertThat(taste.statusReason()).isEqualTo("Seen");
        assertThat(taste.analysisCompleteTime()).isEqualTo(Instant.parse("2023-11-30T23:00:00Z"));
        assertThat(taste.treatments())
                .containsExactly(
                        new Treatment("As before", Map.of("color", "red"), "old"),
                        new Treatment(null, Map.of("color", "blue"), "new"));
        assertThat(taste.controlTreatmentName()).isEqualTo("new");
        assertThat(taste.treatmentWeights()).isEqualTo(Map.of("new", 60_000L, "old", 40_000L));
        assertThat(taste.samplingRate()).isEqualTo(50_000);
        assertThat(taste.segment()).isEqualTo("beta");
        assertThat(taste.tags()).isEqualTo(Map.of("team", "growth"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CREATED", "COMPLETED", "CANCELLED"})
    void whatDoesNotRunMayHaveOutlivedItsFeature(String status) throws Exception {
        write("segments/beta.json", DUMPS.get("segment"));
        write("projects/shop/launches/rollout.json", DUMPS.get("launch").replace("RUNNING", status));
        write("projects/shop/experiments/taste.json", DUMPS.get("experiment").replace("COMPLETED", status));
        apply();

        assertThat(launches.find("shop", "rollout")).map(Launch::status).hasValue(Status.valueOf(status));
        assertThat(experiments.find("shop", "taste")).map(Experiment::status).hasValue(Status.valueOf(status));
    }

    /** A change was under way when it was printed. */
    @Test
    void whatIsUpdatingRunsIfItWasStarted() throws Exception {
        write("segments/beta.json", DUMPS.get("segment"));
        write("projects/shop/features/color.json", DUMPS.get("feature"));
        write("projects/shop/launches/rollout.json", DUMPS.get("launch").replace("RUNNING", "UPDATING"));
        write(
                "projects/shop/launches/draft.json",
                DUMPS.get("launch")
                        .replace("RUNNING", "UPDATING")
                        .replace("startedTime", "endedTime")
                        .replace("\"rollout\"", "\"draft\""));
        apply();

        assertThat(launches.find("shop", "rollout")).map(Launch::status).hasValue(Status.RUNNING);
        assertThat(launches.find("shop", "draft")).map(Launch::status).hasValue(Status.CREATED);
    }

    /** As json.dumps(…, default=str) writes what boto3 returns; also a launch that has no schedule yet. */
    @Test
    void takesWhatAScriptInPythonWrites() throws Exception {
        write(
                "segments/beta.json",
                "{\"ResponseMetadata\": {\"HTTPStatusCode\": 200},"
                        + DUMPS.get("segment").substring(1));
        write("projects/shop/features/color.json", DUMPS.get("feature").replace("T10:", " 10:"));
        write("projects/shop/launches/rollout.json", DUMPS.get("launch").replace("T10:", " 10:"));
        write("projects/shop/launches/draft.json", """
                {"launch": {"name": "draft", "groups": [{"name": "g", "featureVariations": {"color": "red"}}],
                            "scheduledSplitsDefinition": {"steps": []}, "status": "CREATED"}}""");
        apply();

        assertThat(launches.find("shop", "rollout")
                        .orElseThrow()
                        .steps()
                        .getFirst()
                        .startTime())
                .isEqualTo(Instant.parse("2023-11-02T09:11:12.345Z"));
        assertThat(launches.find("shop", "draft").orElseThrow().steps()).isNull();
    }

    @Test
    void theDirectoryNamesTheProject() throws Exception {
        write("projects/bakery/project.json", DUMPS.get("project"));
        write("projects/bakery/features/color.json", DUMPS.get("feature"));
        write("projects/notes/README.txt", "Not read.");
        write("..data/projects/shop/project.json", "A volume of Kubernetes has its content twice.");
        apply();

        assertThat(projects.stream().map(Project::name)).containsExactly("bakery");
        assertThat(features.find("bakery", "color")).isPresent();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of(
                        "launch",
                        "\"few\": 10000",
                        "\"many\": 10000",
                        "14 at launch.scheduledSplitsDefinition.steps.0.groupWeights.many: Member must be the name of a"
                                + " group of the launch"),
                Arguments.of(
                        "launch",
                        "\"color\": \"blue\"",
                        "\"color\": \"blue\", \"size\": \"xl\"",
                        "6 at launch.groups.0.featureVariations: Member must have one feature"),
                Arguments.of(
                        "launch", "\"randomizationSalt\"", "\"salt\"", "12 at launch.salt: Member is unknown here"),
                Arguments.of(
                        "launch",
                        "{\"launch\": {",
                        "{\"feature\": {}, \"launch\": {",
                        "1 at feature: Member must not stand beside launch"),
                Arguments.of(
                        "launch",
                        "segment/beta",
                        "segment/alpha",
                        "1 at launch: Segment with arn 'arn:aws:evidently:us-east-1:000000000000:segment/alpha' does not"
                                + " exist"),
                Arguments.of(
                        "experiment",
                        "{\"new\": 60000",
                        "{\"newer\": 60000",
                        "10 at experiment.onlineAbDefinition.treatmentWeights.newer: Member must be the name of a"
                                + " treatment of the experiment"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhereAFileIsWrong(String kind, String right, String wrong, String sentence) throws Exception {
        assertThat(DUMPS.get(kind)).contains(right);
        write("segments/beta.json", DUMPS.get("segment"));
        write("projects/shop/features/color.json", DUMPS.get("feature"));
        Path file = write(
                "projects/shop/" + (kind.equals("launch") ? "launches" : "experiments") + "/a.json",
                DUMPS.get(kind).replace(right, wrong));

        assertThatThrownBy(this::apply)
                .isInstanceOf(SeedViolationException.class)
                .hasMessage("The seed file " + file + " is wrong in line " + sentence + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop.json", "projects/shop/launch/a.json", "segment/a.json", "projects/shop/other.json"})
    void refusesAFileInAPlaceThatMeansNothing(String file) throws Exception {
        write("segments/beta.json", DUMPS.get("segment"));
        write(file, "{}");

        assertThatThrownBy(this::apply)
                .hasMessage("The seed directory " + directory + " has the file " + file
                        + ", but a seed has segments/<segment>.json, projects/<project>.json and, in"
                        + " projects/<project>, project.json, features/<feature>.json, launches/<launch>.json and"
                        + " experiments/<experiment>.json.");
    }

    @Test
    void refusesAProjectInTwoFiles() throws Exception {
        write("projects/shop.json", DUMPS.get("project"));
        write("projects/shop/project.json", DUMPS.get("project"));

        assertThatThrownBy(this::apply).hasMessageContaining("There is another file of this project.");
    }

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void apply() {
        List<SeedStep> steps = reader.read(directory).steps();
        steps.forEach(SeedStep::run);
    }
}
