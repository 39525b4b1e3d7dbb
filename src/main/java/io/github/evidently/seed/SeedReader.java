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
import io.github.evidently.segment.CreateSegmentRequest;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.wire.RequestJson;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads a seed, checks it as the requests of the API are checked, and says what is to be done in which order.
 *
 * <p>A seed is a file with {@code segments} and {@code projects}, or a directory with features as GetFeature shows them.
 */
@Component
class SeedReader {

    private static final String FEATURES = "projects/*/features/*.json";
    private static final int FILES_MAX = 10_000;

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

    /** Members of a launch that are no part of CreateLaunch. */
    record LaunchState(
            @Nullable Status status,
            @Nullable @Size(max = 160) String statusReason) {}

    /** Members of an experiment that are no part of CreateExperiment. */
    record ExperimentState(
            @Nullable Status status,
            @Nullable @Size(max = 160) String statusReason,
            @Nullable Instant analysisCompleteTime) {}

    /** @throws SeedFaultException when it cannot be read, or anything in it would be refused whatever there is already */
    List<SeedStep> read(Path location) {
        return Files.isDirectory(location) ? readDirectory(location) : readFile(SeedFile.read(location));
    }

    private List<SeedStep> readFile(SeedObject file) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject segment : file.takeList("segments")) {
            CreateSegmentRequest request = segment.parse(json, CreateSegmentRequest.class);
            requireUnique(names, request.name(), segment);
            steps.add(new SeedStep(segment, () -> {
                if (segments.find(new SegmentRef(request.name())).isEmpty()) {
                    segments.create(request);
                }
            }));
        }
        names.clear();
        for (SeedObject project : file.takeList("projects")) {
            List<SeedObject> featureList = project.takeList("features");
            List<SeedObject> launchList = project.takeList("launches");
            List<SeedObject> experimentList = project.takeList("experiments");
            CreateProjectRequest request = project.parse(json, CreateProjectRequest.class);
            requireUnique(names, request.name(), project);
            steps.add(step(project, request));
            steps.addAll(readFeatures(request.name(), featureList));
            steps.addAll(readLaunches(request.name(), launchList));
            steps.addAll(readExperiments(request.name(), experimentList));
        }
        file.parse(json, Nothing.class);
        return steps;
    }

    private SeedStep step(SeedObject source, CreateProjectRequest request) {
        return new SeedStep(source, () -> {
            if (projects.find(request.name()).isEmpty()) {
                projects.create(request);
            }
        });
    }

    private List<SeedStep> readFeatures(String project, List<SeedObject> list) {
        List<SeedStep> steps = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SeedObject feature : list) {
            CreateFeatureRequest request = feature.parse(json, CreateFeatureRequest.class);
            requireUnique(names, request.name(), feature);
            steps.add(new SeedStep(feature, () -> {
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
            steps.add(new SeedStep(launch, () -> {
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
                throw experiment.fault("analysisCompleteTime", "Member must be absent where nothing was started");
            }
            steps.add(new SeedStep(experiment, () -> {
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
            throw source.fault("status", "Member must be one of CREATED, RUNNING, COMPLETED, CANCELLED");
        }
        if (reason != null && !status.isFinished()) {
            throw source.fault("statusReason", "Member must be absent where nothing was stopped");
        }
        return status;
    }

    /** A second one would count as existing, so that it would silently do nothing. */
    private static void requireUnique(Set<String> names, String name, SeedObject source) {
        if (!names.add(name)) {
            throw source.fault("name", "Member must be unique in the list");
        }
    }

    private List<SeedStep> readDirectory(Path directory) {
        Map<Path, List<SeedObject>> byProject = new LinkedHashMap<>();
        for (Path file : featureFiles(directory)) {
            Path project = directory.relativize(file).subpath(0, 2);
            SeedObject feature = SeedFile.read(file);
            // What GetFeature adds to a feature; the project is that of the directory.
            feature.take("arn", "createdTime", "evaluationRules", "lastUpdatedTime", "project", "status", "valueType");
            byProject.computeIfAbsent(project, _ -> new ArrayList<>()).add(feature);
        }
        List<SeedStep> steps = new ArrayList<>();
        byProject.forEach((project, list) -> {
            CreateProjectRequest request = request(directory.resolve(project));
            steps.add(step(list.getFirst(), request));
            steps.addAll(readFeatures(request.name(), list));
        });
        return steps;
    }

    private static List<Path> featureFiles(Path directory) {
        PathMatcher wanted = directory.getFileSystem().getPathMatcher("glob:" + FEATURES);
        int depth = FEATURES.split("/").length;
        try (Stream<Path> found = Files.find(
                directory,
                depth,
                (file, _) -> wanted.matches(directory.relativize(file)),
                FileVisitOption.FOLLOW_LINKS)) {
            List<Path> files = found.limit(FILES_MAX + 1).sorted().toList();
            if (files.isEmpty() || files.size() > FILES_MAX) {
                throw new SeedFaultException("The seed directory " + directory + " must have 1 to " + FILES_MAX
                        + " files projects/<project>/features/<feature>.json, but it has "
                        + (files.isEmpty() ? "none." : "more."));
            }
            return files;
        } catch (IOException e) {
            throw new SeedFaultException("The seed directory " + directory + " cannot be read: " + e + ".");
        }
    }

    private CreateProjectRequest request(Path directory) {
        CreateProjectRequest request =
                new CreateProjectRequest(null, null, null, String.valueOf(directory.getFileName()), null);
        try {
            json.requireValid(request);
            return request;
        } catch (ValidationException e) {
            throw new SeedFaultException("The name of the seed directory " + directory + " cannot be a project's: "
                    + e.fieldList().getFirst().message() + ".");
        }
    }
}
