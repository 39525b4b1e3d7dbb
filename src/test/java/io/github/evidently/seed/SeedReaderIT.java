package io.github.evidently.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.RunningServer;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.feature.VariableValue;
import io.github.evidently.feature.Variation;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchRegistry;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.segment.SegmentRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** What may stand in a seed. A server of its own, because each test starts with an empty one. */
@RunningServer
@TestPropertySource(properties = "evidently.project.names=")
class SeedReaderIT {

    /** The lines are those that {@link #faults} name. */
    private static final String SEED = """
        segments:
          - name: beta
            pattern: '{"plan":["beta"]}'
            tags: {team: growth}
        projects:
          - name: shop
            dataDelivery:
              s3Destination: {bucket: events}
            features:
              - name: color
                entityOverrides:
                  anna@example.com: red
                variations:
                  - {name: blue, value: {stringValue: '#00f'}}
                  - name: red
                    value: {stringValue: '#f00'}
            launches:
              - name: rollout
                status: RUNNING
                groups:
                  - {name: few, feature: color, variation: red}
                scheduledSplitsConfig:
                  steps:
                    - startTime: 2026-01-31T12:00:00Z
                      groupWeights: {few: 10000}
                      segmentOverrides:
                        - {segment: beta, evaluationOrder: 1, weights: {few: 100000}}
              - name: earlier
                status: CANCELLED
                statusReason: Too slow
                groups: [{name: few, feature: color, variation: gone}]
                scheduledSplitsConfig: {steps: [{startTime: 1, groupWeights: {few: 0}}]}
            experiments:
              - name: taste
                status: RUNNING
                analysisCompleteTime: 1769860800
                segment: arn:aws:evidently:us-east-1:000000000000:segment/beta
                treatments:
                  - {name: control, feature: color, variation: blue}
                  - {name: other, feature: color, variation: red}
                metricGoals:
                  - metricDefinition: {name: price, entityIdKey: userId, valueKey: price}
              - name: draft
                treatments:
                  - {name: control, feature: color, variation: blue}
                  - {name: other, feature: color, variation: red}
                metricGoals:
                  - metricDefinition: {name: price, entityIdKey: userId, valueKey: price}
        """;

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

    @Test
    void addsEachKindOfResource() throws Exception {
        apply("seed.yaml", SEED);

        assertThat(segments.require(new SegmentRef("beta")).tags()).isEqualTo(Map.of("team", "growth"));
        assertThat(projects.find("shop").orElseThrow().dataDelivery())
                .hasToString(
                        "DataDelivery[cloudWatchLogs=null, s3Destination=S3Destination[bucket=events, prefix=null]]");
        Feature color = features.find("shop", "color").orElseThrow();
        assertThat(color.defaultVariation()).isEqualTo("blue");
        assertThat(color.entityOverrides()).isEqualTo(Map.of("anna@example.com", "red"));
        Launch rollout = launches.find("shop", "rollout").orElseThrow();
        assertThat(rollout.status()).isEqualTo(Status.RUNNING);
        assertThat(rollout.steps().getFirst().startTime()).isEqualTo(Instant.parse("2026-01-31T12:00:00Z"));
        assertThat(rollout.execution().startedTime()).isAfterOrEqualTo(rollout.createdTime());
        Launch earlier = launches.find("shop", "earlier").orElseThrow();
        assertThat(earlier.status()).isEqualTo(Status.CANCELLED);
        assertThat(earlier.statusReason()).isEqualTo("Too slow");
        assertThat(earlier.execution().endedTime()).isEqualTo(earlier.createdTime());
        Experiment taste = experiments.find("shop", "taste").orElseThrow();
        assertThat(taste.status()).isEqualTo(Status.RUNNING);
        assertThat(taste.segment()).isEqualTo("beta");
        // Long ago: it was in the future when the experiment was started, wherever that was.
        assertThat(taste.analysisCompleteTime()).isEqualTo(Instant.ofEpochSecond(1769860800));
        Experiment draft = experiments.find("shop", "draft").orElseThrow();
        assertThat(draft.status()).isEqualTo(Status.CREATED);
        assertThat(draft.analysisCompleteTime()).isNull();
    }

    @Test
    void leavesWhatExistsAsItIs() throws Exception {
        apply("seed.yaml", "projects: [{name: shop, description: old}]");
        apply("seed.yaml", SEED.replace("- name: shop", "- name: shop\n    description: new"));
        apply("seed.yaml", SEED.replace("status: RUNNING", "status: COMPLETED").replace("growth", "sales"));

        assertThat(projects.find("shop").orElseThrow().description()).isEqualTo("old");
        assertThat(segments.require(new SegmentRef("beta")).tags()).isEqualTo(Map.of("team", "growth"));
        assertThat(launches.find("shop", "rollout").orElseThrow().status()).isEqualTo(Status.RUNNING);
        assertThat(experiments.find("shop", "taste").orElseThrow().status()).isEqualTo(Status.RUNNING);
    }

    @ParameterizedTest
    @CsvSource({"status: RUNNING, RUNNING", "status: COMPLETED, COMPLETED", "status: CANCELLED, CANCELLED"})
    void analysesAnExperimentForThirtyDaysUnlessItSaysHowLong(String member, Status status) throws Exception {
        apply(
                "seed.yaml",
                SEED.replace("- name: draft", "- name: draft\n        " + member)
                        .replaceFirst("(?s)- name: taste.*?(?=- name: draft)", ""));

        Experiment draft = experiments.find("shop", "draft").orElseThrow();
        assertThat(draft.status()).isEqualTo(status);
        assertThat(Duration.between(draft.createdTime(), draft.analysisCompleteTime()))
                .isBetween(Duration.ofDays(30).minusSeconds(1), Duration.ofDays(30));
    }

    @Test
    void takesScalarsOfYamlForWhatJsonWouldHave() throws Exception {
        apply("seed.yaml", """
            projects:
              - name: 'true'
                description: no
                tags: {a: 2026-01-31, b: 0x10, c: 'null', d: !!str 5, e: "", f: 1_000}
                features:
                  - name: f
                    description: ~
                    variations: [{name: low, value: {doubleValue: -1.5e3}}, {name: off, value: {doubleValue: 2}}]
            """);

        assertThat(projects.find("true").orElseThrow().description()).isEqualTo("no");
        assertThat(projects.find("true").orElseThrow().tags())
                .isEqualTo(Map.of("a", "2026-01-31", "b", "0x10", "c", "null", "d", "5", "e", "", "f", "1_000"));
        assertThat(features.find("true", "f").orElseThrow().description()).isNull();
        assertThat(features.find("true", "f").orElseThrow().variations())
                .containsExactly(
                        new Variation("low", new VariableValue(null, -1500.0, null, null)),
                        new Variation("off", new VariableValue(null, 2.0, null, null)));
    }

    @Test
    void takesJsonWithTabs() throws Exception {
        apply("seed.json", """
            {
            \t"projects": [
            \t\t{"name": "shop", "features": [{"name": "f", "variations": [{"name": "v", "value": {"longValue": 1}}]}]}
            \t]
            }
            """);

        assertThat(features.find("shop", "f").orElseThrow().variations())
                .containsExactly(new Variation("v", new VariableValue(null, null, 1L, null)));
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("projects:", "project:", "5 at project: Member is unknown here"),
                Arguments.of("segments:\n", "segments: {}\nothers:\n", "1 at segments: Member must be a list"),
                Arguments.of("- name: shop", "- shop\n  - name: shop", "6 at projects.0: Member must be an object"),
                Arguments.of(
                        "{team: growth}",
                        "{team: \"\\uD800\"}",
                        "2 at segments.0: The request body has a lone surrogate"),
                Arguments.of("pattern:", "patern:", "3 at segments.0.patern: Member is unknown here"),
                Arguments.of("    pattern:", "    description:", "2 at segments.0.pattern: Member must not be null"),
                Arguments.of(
                        "{\"plan\":[\"beta\"]}",
                        "beta",
                        "3 at segments.0.pattern: Member must be an event pattern, but it is no valid JSON"),
                Arguments.of(
                        "projects:\n",
                        "  - {pattern: '{\"a\":[1]}', name: beta}\nprojects:\n",
                        "5 at segments.1.name: Member must be unique in the list"),
                Arguments.of(
                        "- name: shop",
                        "- name: my shop",
                        "6 at projects.0.name: Member must satisfy regular expression pattern: ^[-a-zA-Z0-9._]*$"),
                Arguments.of("features:", "feature:", "9 at projects.0.feature: Member is unknown here"),
                Arguments.of(
                        "- name: shop",
                        "- name: shop\n  - name: shop",
                        "7 at projects.1.name: Member must be unique in the list"),
                Arguments.of(
                        "{bucket: events}",
                        "{bucket: ev}",
                        "8 at projects.0.dataDelivery.s3Destination.bucket: Member must have length between 3 and 63,"
                                + " inclusive"),
                Arguments.of(
                        "{bucket: events}",
                        "{}\n      cloudWatchLogs: {}",
                        "8 at projects.0.dataDelivery.s3Destination: Member must be null when cloudWatchLogs is given"),
                Arguments.of(
                        "anna@example.com: red",
                        "anna@example.com: green",
                        "12 at projects.0.features.0.entityOverrides.anna@example.com: Member must be the name of a"
                                + " variation of the feature"),
                Arguments.of(
                        "{stringValue: '#f00'}",
                        "{stringValue: 5}",
                        "16 at projects.0.features.0.variations.1.value.stringValue: Member must be a string"),
                Arguments.of(
                        "{stringValue: '#f00'}",
                        "{longValue: 5}",
                        "16 at projects.0.features.0.variations.1.value: Member must be of the type of the feature's"
                                + " other variations, STRING"),
                Arguments.of(
                        "{stringValue: '#f00'}",
                        "{text: '#f00'}",
                        "16 at projects.0.features.0.variations.1.value.text: Member is none of the union's, of which"
                                + " exactly one must be given: [boolValue, doubleValue, longValue, stringValue]"),
                Arguments.of(
                        "    launches:",
                        "      - {name: color, variations: [{name: v, value: {boolValue: true}}]}\n    launches:",
                        "17 at projects.0.features.1.name: Member must be unique in the list"),
                Arguments.of(
                        "feature: color, variation: red}\n        scheduled",
                        "feature: colour, variation: red}\n        scheduled",
                        "18 at projects.0.launches.0: Feature 'colour' does not exist"),
                Arguments.of(
                        "few, feature: color, variation: red",
                        "few, feature: color, variation: green",
                        "18 at projects.0.launches.0: Feature 'color' has no variation 'green'"),
                Arguments.of(
                        "2026-01-31T12:00:00Z",
                        "tomorrow",
                        "24 at projects.0.launches.0.scheduledSplitsConfig.steps.0.startTime: Member must be a"
                                + " timestamp: epoch seconds from 0 to the year 9999, or an ISO-8601 instant"),
                Arguments.of(
                        "{few: 10000}",
                        "{few: 10000, many: 1}",
                        "25 at projects.0.launches.0.scheduledSplitsConfig.steps.0.groupWeights.many: Member must be"
                                + " the name of a group of the launch"),
                Arguments.of(
                        "segment: beta,",
                        "segment: alpha,",
                        "18 at projects.0.launches.0: Segment with arn"
                                + " 'arn:aws:evidently:us-east-1:000000000000:segment/alpha' does not exist"),
                Arguments.of(
                        "        scheduledSplitsConfig: {steps: [{startTime: 1, groupWeights: {few: 0}}]}\n",
                        "",
                        "28 at projects.0.launches.1.scheduledSplitsConfig: A launch needs steps to be started"),
                Arguments.of(
                        "CANCELLED\n        statusReason: Too slow",
                        "RUNNING",
                        "28 at projects.0.launches.1: Feature 'color' has no variation 'gone'"),
                Arguments.of(
                        "CANCELLED\n        statusReason: Too slow\n        groups: [{name: few, feature: color, variation: gone",
                        "RUNNING\n        groups: [{name: few, feature: color, variation: red",
                        "28 at projects.0.launches.1: Feature 'color' has a running launch already, 'rollout'"),
                Arguments.of(
                        "CANCELLED",
                        "RUNNING",
                        "30 at projects.0.launches.1.statusReason: Member must be absent where nothing was stopped"),
                Arguments.of(
                        "CANCELLED",
                        "UPDATING",
                        "29 at projects.0.launches.1.status: Member must be one of CREATED, RUNNING, COMPLETED,"
                                + " CANCELLED"),
                Arguments.of(
                        "CANCELLED",
                        "STOPPED",
                        "29 at projects.0.launches.1.status: Member must satisfy enum value set: [CREATED, UPDATING, RUNNING, COMPLETED, CANCELLED]"),
                Arguments.of(
                        "- name: earlier",
                        "- name: rollout",
                        "28 at projects.0.launches.1.name: Member must be unique in the list"),
                Arguments.of(
                        "statusReason: Too slow",
                        "analysisCompleteTime: 1",
                        "30 at projects.0.launches.1.analysisCompleteTime: Member is unknown here"),
                Arguments.of(
                        "1769860800",
                        "later",
                        "36 at projects.0.experiments.0.analysisCompleteTime: Member must be a timestamp: epoch"
                                + " seconds from 0 to the year 9999, or an ISO-8601 instant"),
                Arguments.of(
                        "- name: draft",
                        "- name: draft\n        analysisCompleteTime: 1769860800",
                        "44 at projects.0.experiments.1.analysisCompleteTime: Member must be absent where nothing was"
                                + " started"),
                Arguments.of(
                        "- name: draft",
                        "- name: draft\n        statusReason: none",
                        "44 at projects.0.experiments.1.statusReason: Member must be absent where nothing was stopped"),
                Arguments.of(
                        "- name: draft",
                        "- name: draft\n        status: RUNNING",
                        "43 at projects.0.experiments.1: Feature 'color' has a running experiment already, 'taste'"),
                Arguments.of(
                        "- name: draft",
                        "- name: taste",
                        "43 at projects.0.experiments.1.name: Member must be unique in the list"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void saysWhereItIsWrong(String right, String wrong, String sentence) throws Exception {
        assertThat(SEED).contains(right);
        String seed = SEED.replaceFirst("\\Q" + right + "\\E", Matcher.quoteReplacement(wrong));

        assertThatThrownBy(() -> apply("seed.yaml", seed))
                .isInstanceOf(SeedViolationException.class)
                .hasMessage("The seed file " + directory.resolve("seed.yaml") + " is wrong in line " + sentence + ".");
    }

    @Test
    void addsNothingWhenTheEndCannotBeRead() {
        assertThatThrownBy(() -> apply("seed.yaml", SEED + "  - nam: other\n"))
                .isInstanceOf(SeedViolationException.class);

        assertThat(projects.find("shop")).isEmpty();
        assertThat(segments.find(new SegmentRef("beta"))).isEmpty();
    }

    /** In the form of the CLI, which prints times as texts. */
    @Test
    void takesADirectoryOfFeaturesAsGetFeatureShowsThem() throws Exception {
        write("projects/shop/features/color.json", """
            {
                "arn": "arn:aws:evidently:eu-west-1:123456789012:project/other/feature/color",
                "createdTime": "2023-11-02T10:11:12.345000+01:00",
                "defaultVariation": "red",
                "description": "",
                "entityOverrides": {"anna": "blue"},
                "evaluationRules": [{"name": "rollout", "type": "aws.evidently.splits"}],
                "evaluationStrategy": "DEFAULT_VARIATION",
                "lastUpdatedTime": 1698916272.345,
                "name": "color",
                "project": "arn:aws:evidently:eu-west-1:123456789012:project/other",
                "status": "AVAILABLE",
                "tags": {"team": "growth"},
                "valueType": "LONG",
                "variations": [
                    {"name": "blue", "value": {"longValue": 1}},
                    {"name": "red", "value": {"longValue": 2}}
                ]
            }
            """);
        write("projects/shop/features/size.json", feature("size"));
        write("projects/blog/features/font.json", feature("font"));
        write("projects/blog/features/README.md", "Not read.");
        apply(directory);

        Feature color = features.find("shop", "color").orElseThrow();
        assertThat(color.defaultVariation()).isEqualTo("red");
        assertThat(color.evaluationStrategy()).isEqualTo(Feature.EvaluationStrategy.DEFAULT_VARIATION);
        assertThat(color.entityOverrides()).isEqualTo(Map.of("anna", "blue"));
        assertThat(color.tags()).isEqualTo(Map.of("team", "growth"));
        assertThat(color.valueType()).isEqualTo(Feature.ValueType.LONG);
        assertThat(features.stream("shop").map(Feature::name)).containsExactly("color", "size");
        assertThat(features.stream("blog").map(Feature::name)).containsExactly("font");
    }

    @Test
    void saysWhichFileOfADirectoryIsWrong() throws Exception {
        Path file = write("projects/shop/features/color.json", "{\"name\":\n\"color\", \"values\": []}");

        assertThatThrownBy(() -> apply(directory))
                .hasMessage("The seed file " + file + " is wrong in line 2 at values: Member is unknown here.");
    }

    @Test
    void refusesADirectoryWithTheSameFeatureTwice() throws Exception {
        write("projects/shop/features/a.json", feature("color"));
        Path second = write("projects/shop/features/b.json", feature("color"));

        assertThatThrownBy(() -> apply(directory))
                .hasMessage(
                        "The seed file " + second + " is wrong in line 1 at name: Member must be unique in the list.");
    }

    @Test
    void refusesADirectoryWithoutFiles() throws Exception {
        write("projects/shop/features/color.yaml", feature("color"));

        assertThatThrownBy(() -> apply(directory))
                .hasMessage(
                        "The seed directory " + directory
                                + " must have 1 to 10000 files such as projects/<project>/features/<feature>.json, but it has none.");
    }

    @Test
    void refusesADirectoryThatIsNamedAsNoProjectCanBe() throws Exception {
        write("projects/my shop/features/color.json", feature("color"));

        assertThatThrownBy(() -> apply(directory))
                .hasMessage("The name of the seed directory " + directory.resolve("projects/my shop")
                        + " cannot be a project's: Member must satisfy regular expression pattern: ^[-a-zA-Z0-9._]*$.");
    }

    private static String feature(String name) {
        return "{\"name\": \"" + name + "\", \"variations\": [{\"name\": \"v\", \"value\": {\"boolValue\": true}}]}";
    }

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void apply(String name, String content) throws IOException {
        apply(write(name, content));
    }

    private void apply(Path location) {
        reader.read(location).steps().forEach(SeedStep::run);
    }
}
