package io.github.evidently.seed;

import io.github.evidently.error.ValidationException;
import io.github.evidently.experiment.CreateExperimentRequest;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.feature.CreateFeatureRequest;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.launch.CreateLaunchRequest;
import io.github.evidently.launch.LaunchRegistry;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.project.CreateProjectRequest;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.seed.SeedContent.ProjectContent;
import io.github.evidently.segment.CreateSegmentRequest;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.wire.RequestJson;
import jakarta.validation.constraints.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads a seed, checks it like requests of the API, and returns its steps in the order in which to run them.
 *
 * <p>A seed is a file with {@code segments} and {@code projects}, or a {@linkplain SeedDirectory directory} of dumps.
 */
@Component
class SeedReader {

    private final RequestJson json;
    private final ProjectRegistry projects;
    private final SegmentRegistry segments;
    private final FeatureRegistry features;
    private final LaunchRegistry launches;
    private final ExperimentRegistry experiments;

    SeedReader(
            RequestJson json,
            ProjectRegistry projects,
            SegmentRegistry segments,
            FeatureRegistry features,
            LaunchRegistry launches,
            ExperimentRegistry experiments) {
        this.json = json;
        this.projects = projects;
        this.segments = segments;
        this.features = features;
        this.launches = launches;
        this.experiments = experiments;
    }

    /** An object that must be empty. */
    record Nothing() {}

    /** Members of a launch that are not part of CreateLaunch. */
    record LaunchState(
            @Nullable Status status,
            @Nullable @Size(max = 160) String statusReason) {}

    /** Members of an experiment that are not part of CreateExperiment. */
    record ExperimentState(
            @Nullable Status status,
            @Nullable @Size(max = 160) String statusReason,
            @Nullable Instant analysisCompleteTime) {}

    /**
     * @throws SeedViolationException when it cannot be read, or anything in it would be refused regardless of the existing
     *     resources
     */
    Seed read(Path location) {
        if (Files.isDirectory(location)) {
            return read(location, SeedDirectory.read(location));
        }
        SeedObject file = SeedFile.read(location);
        Seed seed = read(location, SeedContent.take(file));
        file.parse(json, Nothing.class);
        return seed;
    }

    private Seed read(Path location, SeedContent content) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject segment : content.segments()) {
            CreateSegmentRequest request = segment.parse(json, CreateSegmentRequest.class);
            requireUnique(names, request.name(), segment);
            steps.add(new SeedStep(segment, null, () -> {
                if (segments.find(new SegmentRef(request.name())).isEmpty()) {
                    segments.create(request);
                }
            }));
        }
        Map<String, CreateProjectRequest> byName = new HashMap<>();
        for (ProjectContent project : content.projects()) {
            CreateProjectRequest request = request(location, project);
            if (byName.putIfAbsent(request.name(), request) != null) {
                throw notUnique(project.source());
            }
            steps.add(new SeedStep(project.source(), request.name(), () -> {
                if (projects.find(request.name()).isEmpty()) {
                    projects.create(request);
                }
            }));
            steps.addAll(readFeatures(request.name(), project.features()));
            steps.addAll(readLaunches(request.name(), project.launches()));
            steps.addAll(readExperiments(request.name(), project.experiments()));
        }
        return new Seed(steps, byName);
    }

    private CreateProjectRequest request(Path location, ProjectContent project) {
        String name = project.name();
        if (name == null) {
            return project.source().parse(json, CreateProjectRequest.class);
        }
        CreateProjectRequest named = new CreateProjectRequest(null, null, null, name, null);
        try {
            json.requireValid(named);
        } catch (ValidationException e) {
            throw new SeedViolationException("The name of the seed directory "
                    + location.resolve("projects").resolve(name) + " cannot be a project's: "
                    + e.fieldList().getFirst().message() + ".");
        }
        return project.project() == null ? named : project.project().parse(json, CreateProjectRequest.class);
    }

    private List<SeedStep> readFeatures(String project, List<SeedObject> list) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject feature : list) {
            CreateFeatureRequest request = feature.parse(json, CreateFeatureRequest.class);
            requireUnique(names, request.name(), feature);
            steps.add(new SeedStep(feature, project, () -> {
                if (features.find(project, request.name()).isEmpty()) {
                    features.create(new ProjectRef.ByName(project), request);
                }
            }));
        }
        return steps;
    }

    private List<SeedStep> readLaunches(String project, List<SeedObject> list) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject launch : list) {
            LaunchState state = launch.take("status", "statusReason").parse(json, LaunchState.class);
            CreateLaunchRequest request = launch.parse(json, CreateLaunchRequest.class);
            requireUnique(names, request.name(), launch);
            Status status = requireStatus(launch, state.status(), state.statusReason());
            steps.add(new SeedStep(launch, project, () -> {
                if (launches.find(project, request.name()).isEmpty()) {
                    launches.restore(new ProjectRef.ByName(project), request, status, state.statusReason());
                }
            }));
        }
        return steps;
    }

    private List<SeedStep> readExperiments(String project, List<SeedObject> list) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject experiment : list) {
            ExperimentState state = experiment
                    .take("status", "statusReason", "analysisCompleteTime")
                    .parse(json, ExperimentState.class);
            CreateExperimentRequest request = experiment.parse(json, CreateExperimentRequest.class);
            requireUnique(names, request.name(), experiment);
            Status status = requireStatus(experiment, state.status(), state.statusReason());
            if (status == Status.CREATED && state.analysisCompleteTime() != null) {
                throw experiment.violation("analysisCompleteTime", "Member must be absent where nothing was started");
            }
            steps.add(new SeedStep(experiment, project, () -> {
                if (experiments.find(project, request.name()).isEmpty()) {
                    experiments.restore(
                            new ProjectRef.ByName(project),
                            request,
                            status,
                            state.statusReason(),
                            state.analysisCompleteTime());
                }
            }));
        }
        return steps;
    }

    private static Status requireStatus(SeedObject source, @Nullable Status given, @Nullable String reason) {
        Status status = given == null ? Status.CREATED : given;
        if (status == Status.UPDATING) {
            throw source.violation("status", "Member must be one of CREATED, RUNNING, COMPLETED, CANCELLED");
        }
        if (reason != null && !status.isFinished()) {
            throw source.violation("statusReason", "Member must be absent where nothing was stopped");
        }
        return status;
    }

    /** Refuses a second one of that name: it would count as existing and silently do nothing. */
    private static void requireUnique(Set<String> names, String name, SeedObject source) {
        if (!names.add(name)) {
            throw notUnique(source);
        }
    }

    private static SeedViolationException notUnique(SeedObject source) {
        return source.violation("name", "Member must be unique in the list");
    }
}
