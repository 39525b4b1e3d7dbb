package io.github.evidently.seed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.evidently.experiment.CreateExperimentRequest;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.OnlineAbConfig;
import io.github.evidently.experiment.TreatmentConfig;
import io.github.evidently.feature.CreateFeatureRequest;
import io.github.evidently.feature.Feature;
import io.github.evidently.launch.CreateLaunchRequest;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchGroupConfig;
import io.github.evidently.launch.ScheduledSplitsLaunchConfig;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.project.AppConfigResourceConfig;
import io.github.evidently.project.CreateProjectRequest;
import io.github.evidently.project.DataDelivery;
import io.github.evidently.project.DataDeliveryConfig;
import io.github.evidently.project.DataDeliveryConfig.CloudWatchLogsDestinationConfig;
import io.github.evidently.project.DataDeliveryConfig.S3DestinationConfig;
import io.github.evidently.project.Project;
import io.github.evidently.segment.CreateSegmentRequest;
import io.github.evidently.segment.Segment;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import io.github.evidently.wire.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes the state of the server as a seed file. */
@RestController
class ExportController {

    private final ControlPlane controlPlane;

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    ExportController(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    /** A whole seed file. */
    record Export(Iterable<CreateSegmentRequest> segments, Iterable<ProjectExport> projects) {}

    /** A project with the resources in it. */
    record ProjectExport(
            @JsonUnwrapped CreateProjectRequest project,
            Iterable<CreateFeatureRequest> features,
            Iterable<LaunchExport> launches,
            Iterable<ExperimentExport> experiments) {}

    /** A launch and its state. */
    record LaunchExport(
            @JsonUnwrapped CreateLaunchRequest launch,
            Status status,
            @Nullable String statusReason) {}

    /** An experiment and its state. */
    record ExperimentExport(
            @JsonUnwrapped CreateExperimentRequest experiment,
            Status status,
            @Nullable String statusReason,
            @Nullable Instant analysisCompleteTime) {}

    @GetMapping("/_evidently/export")
    void export(HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters.of(request).requireNone();
        Export export = export(controlPlane.current());
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        mapper.writeValue(response.getOutputStream(), export);
    }

    private static Export export(State state) {
        return new Export(
                each(() -> state.stream(Segment.SEGMENTS), ExportController::segment),
                each(() -> state.stream(Project.PROJECTS), project -> project(state, project)));
    }

    /** Converts each resource only when it is written, so that the heap holds little at a time. */
    private static <T, R> Iterable<R> each(Supplier<Stream<T>> resources, Function<T, R> export) {
        return () -> resources.get().map(export).iterator();
    }

    private static CreateSegmentRequest segment(Segment segment) {
        return new CreateSegmentRequest(
                segment.description(), segment.name(), segment.pattern(), unlessEmpty(segment.tags()));
    }

    private static ProjectExport project(State state, Project project) {
        return new ProjectExport(
                new CreateProjectRequest(
                        project.appConfigResource() == null
                                ? null
                                : new AppConfigResourceConfig(
                                        project.appConfigResource().applicationId(),
                                        project.appConfigResource().environmentId()),
                        project.dataDelivery() == null ? null : dataDelivery(project.dataDelivery()),
                        project.description(),
                        project.name(),
                        unlessEmpty(project.tags())),
                each(() -> state.stream(Feature.FEATURES, project.name()), ExportController::feature),
                each(() -> state.stream(Launch.LAUNCHES, project.name()), ExportController::launch),
                each(() -> state.stream(Experiment.EXPERIMENTS, project.name()), ExportController::experiment));
    }

    private static DataDeliveryConfig dataDelivery(DataDelivery delivery) {
        return new DataDeliveryConfig(
                delivery.cloudWatchLogs() == null
                        ? null
                        : new CloudWatchLogsDestinationConfig(
                                delivery.cloudWatchLogs().logGroup()),
                delivery.s3Destination() == null
                        ? null
                        : new S3DestinationConfig(
                                delivery.s3Destination().bucket(),
                                delivery.s3Destination().prefix()));
    }

    private static CreateFeatureRequest feature(Feature feature) {
        return new CreateFeatureRequest(
                feature.defaultVariation(),
                feature.description(),
                unlessEmpty(feature.entityOverrides()),
                feature.evaluationStrategy(),
                feature.name(),
                unlessEmpty(feature.tags()),
                feature.variations());
    }

    private static LaunchExport launch(Launch launch) {
        CreateLaunchRequest request = new CreateLaunchRequest(
                launch.description(),
                launch.groups().stream()
                        .flatMap(group -> group.featureVariations().entrySet().stream()
                                .map(served -> new LaunchGroupConfig(
                                        group.description(), served.getKey(), group.name(), served.getValue())))
                        .toList(),
                launch.metricMonitors(),
                launch.name(),
                launch.randomizationSalt(),
                launch.steps() == null ? null : new ScheduledSplitsLaunchConfig(launch.steps()),
                unlessEmpty(launch.tags()));
        return new LaunchExport(request, launch.status(), launch.statusReason());
    }

    private static ExperimentExport experiment(Experiment experiment) {
        CreateExperimentRequest request = new CreateExperimentRequest(
                experiment.description(),
                experiment.metricGoals(),
                experiment.name(),
                new OnlineAbConfig(experiment.controlTreatmentName(), experiment.treatmentWeights()),
                experiment.randomizationSalt(),
                experiment.samplingRate(),
                experiment.segment(),
                unlessEmpty(experiment.tags()),
                experiment.treatments().stream()
                        .flatMap(treatment -> treatment.featureVariations().entrySet().stream()
                                .map(served -> new TreatmentConfig(
                                        treatment.description(), served.getKey(), treatment.name(), served.getValue())))
                        .toList());
        return new ExperimentExport(
                request, experiment.status(), experiment.statusReason(), experiment.analysisCompleteTime());
    }

    private static @Nullable Map<String, String> unlessEmpty(Map<String, String> map) {
        return map.isEmpty() ? null : map;
    }
}
