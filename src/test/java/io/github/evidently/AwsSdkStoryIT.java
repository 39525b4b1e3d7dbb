package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import software.amazon.awssdk.services.evidently.EvidentlyClient;
import software.amazon.awssdk.services.evidently.model.ChangeDirectionEnum;
import software.amazon.awssdk.services.evidently.model.ConflictException;
import software.amazon.awssdk.services.evidently.model.EvaluateFeatureResponse;
import software.amazon.awssdk.services.evidently.model.EvaluationResult;
import software.amazon.awssdk.services.evidently.model.EventType;
import software.amazon.awssdk.services.evidently.model.Experiment;
import software.amazon.awssdk.services.evidently.model.ExperimentStatus;
import software.amazon.awssdk.services.evidently.model.Feature;
import software.amazon.awssdk.services.evidently.model.Launch;
import software.amazon.awssdk.services.evidently.model.LaunchStatus;
import software.amazon.awssdk.services.evidently.model.LaunchStopDesiredState;
import software.amazon.awssdk.services.evidently.model.MetricDefinitionConfig;
import software.amazon.awssdk.services.evidently.model.ResourceNotFoundException;
import software.amazon.awssdk.services.evidently.model.ScheduledSplit;
import software.amazon.awssdk.services.evidently.model.Segment;
import software.amazon.awssdk.services.evidently.model.SegmentReferenceResourceType;
import software.amazon.awssdk.services.evidently.model.ValidationException;
import software.amazon.awssdk.services.evidently.model.ValidationExceptionReason;
import software.amazon.awssdk.services.evidently.model.VariableValue;
import software.amazon.awssdk.services.evidently.model.VariationValueType;

/** Each of the 38 operations as the AWS SDK for Java calls it: its own types, paginators and exceptions. */
@RunningServer
@SuppressWarnings("unchecked") // The SDK takes lists of builders as arrays of a generic type.
class AwsSdkStoryIT {

    private static final String PATTERN = "{\"country\":[\"NZ\"]}";
    private static final Map<VariationValueType, List<VariableValue>> VALUES = Map.of(
            VariationValueType.BOOLEAN, List.of(VariableValue.fromBoolValue(false), VariableValue.fromBoolValue(true)),
            VariationValueType.DOUBLE,
                    List.of(VariableValue.fromDoubleValue(0.5), VariableValue.fromDoubleValue(1e100)),
            VariationValueType.LONG,
                    List.of(VariableValue.fromLongValue(0L), VariableValue.fromLongValue(9007199254740991L)),
            VariationValueType.STRING,
                    List.of(VariableValue.fromStringValue(""), VariableValue.fromStringValue("\u00e9")));

    @LocalServerPort
    int port;

    private final String project = "story-" + UUID.randomUUID();
    private final Set<String> called = new TreeSet<>();
    private EvidentlyClient client;
    private EvidentlyClient evidently;

    @BeforeEach
    void connect() {
        client = AwsSdk.client(URI.create("http://localhost:" + port));
        evidently = (EvidentlyClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {EvidentlyClient.class}, (_, method, arguments) -> {
                    called.add(method.getName().replace("Paginator", ""));
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Test
    void callsAllOperations() {
        String projectArn = projectAndItsEvents();
        Feature feature = features();
        Segment segment = segments();
        Launch launch = launches(segment);
        Experiment experiment = experiments(segment);
        tags(projectArn, feature.arn(), launch.arn(), experiment.arn(), segment.arn());
        deletions();

        Set<String> operations = Arrays.stream(EvidentlyClient.class.getMethods())
                .filter(method -> method.getReturnType().getSimpleName().endsWith("Response"))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(operations).hasSize(38);
        assertThat(called).isEqualTo(operations);
    }

    private String projectAndItsEvents() {
        String arn = evidently.createProject(r -> r.name(project)).project().arn();
        assertThat(evidently.getProject(r -> r.project(arn)).project().name()).isEqualTo(project);
        assertThat(evidently.listProjectsPaginator(r -> r.maxResults(1)).projects())
                .extracting(summary -> summary.name())
                .contains(project);
        assertThat(evidently
                        .updateProject(r -> r.project(project).description("second"))
                        .project()
                        .description())
                .isEqualTo("second");
        assertThat(evidently
                        .updateProjectDataDelivery(
                                r -> r.project(project).cloudWatchLogs(logs -> logs.logGroup("compat")))
                        .project()
                        .dataDelivery()
                        .cloudWatchLogs()
                        .logGroup())
                .isEqualTo("compat");
        assertThat(evidently
                        .putProjectEvents(r -> r.project(project)
                                .events(e -> e.timestamp(Instant.now())
                                        .type(EventType.AWS_EVIDENTLY_CUSTOM)
                                        .data("{}")))
                        .failedEventCount())
                .isZero();
        return arn;
    }

    private Feature features() {
        VALUES.forEach((type, values) -> {
            Feature created = evidently
                    .createFeature(r -> r.project(project)
                            .name(type.name())
                            .variations(
                                    v -> v.name("old").value(values.get(0)),
                                    v -> v.name("new").value(values.get(1)))
                            .defaultVariation("old")
                            .entityOverrides(Map.of("anna", "new"))
                            .tags(Map.of("client", "java")))
                    .feature();
            assertThat(created.valueType()).isEqualTo(type);
            assertThat(created.variations().get(1).value()).isEqualTo(values.get(1));
            assertNow(created.createdTime());
            assertThat(evidently
                            .getFeature(r -> r.project(project).feature(type.name()))
                            .feature())
                    .isEqualTo(created);

            EvaluateFeatureResponse evaluated = evidently.evaluateFeature(
                    r -> r.project(project).feature(type.name()).entityId("anna"));
            assertThat(evaluated.value()).isEqualTo(values.get(1));
            assertThat(evaluated.reason()).isEqualTo("ENTITY_OVERRIDES_MATCH");
            assertThat(evaluated.details()).isEqualTo("{}");
        });
        assertThat(evidently
                        .listFeaturesPaginator(r -> r.project(project).maxResults(1))
                        .features())
                .extracting(summary -> summary.name())
                .containsExactly("BOOLEAN", "DOUBLE", "LONG", "STRING");
        Feature updated = evidently
                .updateFeature(r -> r.project(project)
                        .feature("LONG")
                        .addOrUpdateVariations(v -> v.name("newer").value(VariableValue.fromLongValue(-1L)))
                        .defaultVariation("new")
                        .removeVariations("old")
                        .entityOverrides(Map.of()))
                .feature();
        assertThat(updated.variations())
                .extracting(variation -> variation.name())
                .containsExactly("new", "newer");
        return updated;
    }

    private Segment segments() {
        Segment segment =
                evidently.createSegment(r -> r.name(project).pattern(PATTERN)).segment();
        assertThat(segment.pattern()).isEqualTo(PATTERN);
        assertNow(segment.createdTime());
        assertThat(evidently.getSegment(r -> r.segment(segment.arn())).segment())
                .isEqualTo(segment);
        assertThat(evidently.listSegmentsPaginator(r -> r.maxResults(1)).segments())
                .extracting(summary -> summary.name())
                .contains(project);
        assertThat(Stream.of("NZ", "AU")
                        .map(country -> evidently
                                .testSegmentPattern(
                                        r -> r.pattern(PATTERN).payload("{\"country\":\"" + country + "\"}"))
                                .match()))
                .containsExactly(true, false);
        assertThatThrownBy(
                        () -> evidently.createSegment(r -> r.name("unmatchable").pattern("{\"country\":\"NZ\"}")))
                .isInstanceOfSatisfying(ValidationException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.reason()).isEqualTo(ValidationExceptionReason.FIELD_VALIDATION_FAILED);
                    assertThat(e.fieldList()).extracting(field -> field.name()).containsExactly("pattern");
                });
        return segment;
    }

    private Launch launches(Segment segment) {
        Instant start = Instant.parse("2021-11-20T00:00:00Z");
        Launch created = evidently
                .createLaunch(r -> r.project(project)
                        .name("launch")
                        .groups(
                                g -> g.name("old").feature("BOOLEAN").variation("old"),
                                g -> g.name("new").feature("BOOLEAN").variation("new"))
                        .metricMonitors(m -> m.metricDefinition(price()))
                        .scheduledSplitsConfig(splits -> splits.steps(step -> step.startTime(start)
                                .groupWeights(Map.of("old", 100_000L))
                                .segmentOverrides(override -> override.segment(project)
                                        .evaluationOrder(1L)
                                        .weights(Map.of("new", 100_000L))))))
                .launch();
        ScheduledSplit step = created.scheduledSplitsDefinition().steps().getFirst();
        assertThat(step.startTime()).isEqualTo(start);
        assertThat(step.segmentOverrides().getFirst().segment()).isEqualTo(segment.arn());
        assertThat(evidently.getLaunch(r -> r.project(project).launch("launch")).launch())
                .isEqualTo(created);
        assertThat(evidently
                        .listLaunchesPaginator(r -> r.project(project).status(LaunchStatus.CREATED))
                        .launches())
                .containsExactly(created);
        assertThat(evidently
                        .updateLaunch(r -> r.project(project).launch("launch").description("second"))
                        .launch()
                        .description())
                .isEqualTo("second");
        Launch started =
                evidently.startLaunch(r -> r.project(project).launch("launch")).launch();
        assertThat(started.status()).isEqualTo(LaunchStatus.RUNNING);
        assertNow(started.execution().startedTime());

        EvaluateFeatureResponse evaluated = evidently.evaluateFeature(
                r -> r.project(project).feature("BOOLEAN").entityId("bob").evaluationContext("{\"country\":\"NZ\"}"));
        assertThat(evaluated.value().boolValue()).isTrue();
        assertThat(evaluated.reason()).isEqualTo("LAUNCH_RULE_MATCH");
        assertThat(evaluated.details()).isEqualTo("{\"launch\":\"launch\",\"group\":\"new\"}");

        assertThatThrownBy(() -> evidently.deleteLaunch(r -> r.project(project).launch("launch")))
                .isInstanceOfSatisfying(ConflictException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(409);
                    assertThat(e.resourceId()).isEqualTo(started.arn());
                    assertThat(e.resourceType()).isEqualTo("launch");
                });
        assertNow(evidently
                .stopLaunch(r -> r.project(project)
                        .launch("launch")
                        .desiredState(LaunchStopDesiredState.CANCELLED)
                        .reason("seen"))
                .endedTime());
        return started;
    }

    private Experiment experiments(Segment segment) {
        Experiment created = evidently
                .createExperiment(r -> r.project(project)
                        .name("experiment")
                        .segment(project)
                        .treatments(
                                t -> t.name("old").feature("STRING").variation("old"),
                                t -> t.name("new").feature("STRING").variation("new"))
                        .onlineAbConfig(
                                config -> config.controlTreatmentName("old").treatmentWeights(Map.of("new", 100_000L)))
                        .metricGoals(
                                goal -> goal.metricDefinition(price()).desiredChange(ChangeDirectionEnum.INCREASE)))
                .experiment();
        assertThat(created.segment()).isEqualTo(segment.arn());
        assertThat(created.samplingRate()).isEqualTo(100_000);
        assertThat(evidently
                        .getExperiment(r -> r.project(project).experiment("experiment"))
                        .experiment())
                .isEqualTo(created);
        assertThat(evidently
                        .listExperimentsPaginator(r -> r.project(project).status(ExperimentStatus.CREATED))
                        .experiments())
                .containsExactly(created);
        for (SegmentReferenceResourceType type : SegmentReferenceResourceType.knownValues()) {
            assertThat(evidently
                            .listSegmentReferencesPaginator(
                                    r -> r.segment(project).type(type))
                            .referencedBy())
                    .extracting(reference -> reference.name())
                    .containsExactly(type.toString().toLowerCase(Locale.ROOT));
        }
        assertThat(evidently
                        .updateExperiment(
                                r -> r.project(project).experiment("experiment").removeSegment(true))
                        .experiment()
                        .segment())
                .isNull();
        assertNow(evidently
                .startExperiment(r -> r.project(project)
                        .experiment("experiment")
                        .analysisCompleteTime(Instant.now().plus(Duration.ofDays(7))))
                .startedTime());

        EvaluateFeatureResponse evaluated = evidently.evaluateFeature(
                r -> r.project(project).feature("STRING").entityId("bob"));
        assertThat(evaluated.value().stringValue()).isEqualTo("\u00e9");
        assertThat(evaluated.reason()).isEqualTo("EXPERIMENT_RULE_MATCH");
        assertThat(evaluated.details()).isEqualTo("{\"experiment\":\"experiment\",\"treatment\":\"new\"}");
        List<EvaluationResult> results = evidently
                .batchEvaluateFeature(r -> r.project(project)
                        .requests(
                                e -> e.feature("STRING").entityId("bob"),
                                e -> e.feature("missing").entityId("bob")))
                .results();
        assertThat(results.get(0).value()).isEqualTo(evaluated.value());
        assertThat(results.get(1).value()).isNull();
        assertThat(results.get(1).reason()).startsWith("Feature does not exist");

        assertThat(evidently.getExperimentResults(r -> r.project(project)
                        .experiment("experiment")
                        .metricNames("price")
                        .treatmentNames("old", "new")))
                .satisfies(answer -> {
                    assertThat(answer.details()).startsWith("Not enough events to generate results: ");
                    assertThat(answer.resultsData()).isEmpty();
                });
        assertNow(evidently
                .stopExperiment(r -> r.project(project).experiment("experiment"))
                .endedTime());
        return created;
    }

    private void tags(String... arns) {
        for (String arn : arns) {
            evidently.tagResource(r -> r.resourceArn(arn).tags(Map.of("kept", "yes", "gone", "soon")));
            evidently.untagResource(r -> r.resourceArn(arn).tagKeys("client", "gone"));
            assertThat(evidently.listTagsForResource(r -> r.resourceArn(arn)).tags())
                    .containsExactly(Map.entry("kept", "yes"));
        }
    }

    private void deletions() {
        assertThatThrownBy(() -> evidently.deleteProject(r -> r.project(project)))
                .isInstanceOfSatisfying(
                        ConflictException.class,
                        e -> assertThat(e.resourceType()).isEqualTo("project"));
        evidently.deleteLaunch(r -> r.project(project).launch("launch"));
        evidently.deleteExperiment(r -> r.project(project).experiment("experiment"));
        VALUES.keySet()
                .forEach(type -> evidently.deleteFeature(r -> r.project(project).feature(type.name())));
        evidently.deleteSegment(r -> r.segment(project));
        evidently.deleteProject(r -> r.project(project));

        ResourceNotFoundException missing = catchThrowableOfType(
                ResourceNotFoundException.class, () -> evidently.getSegment(r -> r.segment(project)));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.resourceId()).endsWith(":segment/" + project);
        assertThat(missing.resourceType()).isEqualTo("segment");
    }

    private static MetricDefinitionConfig price() {
        return MetricDefinitionConfig.builder()
                .name("price")
                .entityIdKey("userDetails.userId")
                .valueKey("details.price")
                .build();
    }

    private static void assertNow(Instant time) {
        assertThat(time).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    }
}
