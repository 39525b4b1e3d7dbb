package io.github.evidently.seed;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.evidently.experiment.CreateExperimentRequest;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.experiment.OnlineAbConfig;
import io.github.evidently.experiment.TreatmentConfig;
import io.github.evidently.feature.CreateFeatureRequest;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.launch.CreateLaunchRequest;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchGroupConfig;
import io.github.evidently.launch.LaunchRegistry;
import io.github.evidently.launch.ScheduledSplitsLaunchConfig;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.project.AppConfigResourceConfig;
import io.github.evidently.project.CreateProjectRequest;
import io.github.evidently.project.DataDelivery;
import io.github.evidently.project.DataDeliveryConfig;
import io.github.evidently.project.DataDeliveryConfig.CloudWatchLogsDestinationConfig;
import io.github.evidently.project.DataDeliveryConfig.S3DestinationConfig;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.segment.CreateSegmentRequest;
import io.github.evidently.segment.Segment;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.store.Database;
import io.github.evidently.wire.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

    private final Database database;
    private final ProjectRegistry projects;
    private final SegmentRegistry segments;
    private final FeatureRegistry features;
    private final LaunchRegistry launches;
    private final ExperimentRegistry experiments;

    private final JsonMapper mapper = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();

    ExportController(
            Database database,
            ProjectRegistry projects,
            SegmentRegistry segments,
            FeatureRegistry features,
            LaunchRegistry launches,
            ExperimentRegistry experiments) {
        this.database = database;
        this.projects = projects;
        this.segments = segments;
        this.features = features;
        this.launches = launches;
        this.experiments = experiments;
    }

    /** A whole seed file. */
    record Export(Iterable<CreateSegmentRequest> segments, List<ProjectExport> projects) {}

    /** A project with what stands in it. */
    record ProjectExport(
            @JsonUnwrapped CreateProjectRequest project,
            Iterable<CreateFeatureRequest> features,
            Iterable<LaunchExport> launches,
            Iterable<ExperimentExport> experiments) {}

    /** A launch and how far it has got. */
    record LaunchExport(
            @JsonUnwrapped CreateLaunchRequest launch,
            Status status,
            @Nullable String statusReason) {}

    /** An experiment and how far it has got. */
    record ExperimentExport(
            @JsonUnwrapped CreateExperimentRequest experiment,
            Status status,
            @Nullable String statusReason,
            @Nullable Instant analysisCompleteTime) {}

    @GetMapping("/_evidently/export")
    void export(HttpServletRequest request, HttpServletResponse response) throws IOException {
        QueryParameters.of(request).requireNone();
        // A snapshot between two changes, as each may refer to what an earlier one has added; of references alone, so
        // that
        // neither the committer nor the heap has much to do.
        Export export = database.write(_ -> read(), _ -> {});
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        mapper.writeValue(response.getOutputStream(), export);
    }

    /** Entries as they are now, each made into what is written only when it is written. */
    private static <T, R> Iterable<R> snapshot(Stream<T> entries, Function<T, R> export) {
        List<T> snapshot = entries.toList();
        return () -> snapshot.stream().map(export).iterator();
    }

    private Export read() {
        return new Export(
                snapshot(segments.stream(), ExportController::segment),
                projects.stream().map(this::project).toList());
    }

    private static CreateSegmentRequest segment(Segment segment) {
        return new CreateSegmentRequest(
                segment.description(), segment.name(), segment.pattern(), unlessEmpty(segment.tags()));
    }

    private ProjectExport project(Project project) {
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
                snapshot(features.stream(project.name()), ExportController::feature),
                snapshot(launches.stream(project.name()), ExportController::launch),
                snapshot(experiments.stream(project.name()), ExportController::experiment));
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
