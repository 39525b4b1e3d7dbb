package io.github.evidently.experiment;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.lifecycle.StopRequest;
import io.github.evidently.lifecycle.StopResponse;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Page;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotNull;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves CreateExperiment, GetExperiment, ListExperiments, UpdateExperiment, StartExperiment, StopExperiment and
 * DeleteExperiment.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference and the name, the project, the
 * experiment.
 */
@RestController
class ExperimentController {

    private static final int PAGE_SIZE_MAX = 100;

    private final ExperimentRegistry registry;
    private final ProjectRegistry projects;
    private final RequestBodies bodies;
    private final ServerIdentity identity;

    ExperimentController(
            ExperimentRegistry registry, ProjectRegistry projects, RequestBodies bodies, ServerIdentity identity) {
        this.registry = registry;
        this.projects = projects;
        this.bodies = bodies;
        this.identity = identity;
    }

    /** The body of StartExperiment. */
    record StartExperimentRequest(@NotNull Instant analysisCompleteTime) {}

    /** The answer of StartExperiment, in whole epoch seconds. */
    record StartExperimentResponse(@Nullable Long startedTime) {

        static StartExperimentResponse of(@Nullable Execution execution) {
            return new StartExperimentResponse(
                    execution == null ? null : execution.view().startedTime());
        }
    }

    /** The answer of ListExperiments. */
    record ListExperimentsResponse(
            List<ExperimentResponse.Details> experiments,
            @Nullable String nextToken) {}

    @PostMapping("/projects/{project}/experiments")
    ExperimentResponse createExperiment(@PathVariable String project, HttpServletRequest request) {
        CreateExperimentRequest body = bodies.read(request, CreateExperimentRequest.class);
        return answer(registry.create(ProjectRef.parse(project), body));
    }

    @GetMapping("/projects/{project}/experiments/{experiment}")
    ExperimentResponse getExperiment(@PathVariable String project, @PathVariable String experiment) {
        return answer(registry.require(ProjectRef.parse(project), name(experiment)));
    }

    @GetMapping("/projects/{project}/experiments")
    ListExperimentsResponse listExperiments(@PathVariable String project, HttpServletRequest request) {
        QueryParameters query = QueryParameters.of(request);
        Status status = query.constant("status", Status.class);
        ProjectRef reference = ProjectRef.parse(project);
        Page<Experiment> page = Page.of(
                query,
                PAGE_SIZE_MAX,
                (after, limit) -> registry.list(projects.require(reference).name(), status, after, limit),
                Experiment::name);
        return new ListExperimentsResponse(
                page.map(experiment -> ExperimentResponse.Details.of(experiment, identity)), page.nextToken());
    }

    @PatchMapping("/projects/{project}/experiments/{experiment}")
    ExperimentResponse updateExperiment(
            @PathVariable String project, @PathVariable String experiment, HttpServletRequest request) {
        UpdateExperimentRequest body = bodies.read(request, UpdateExperimentRequest.class);
        return answer(registry.update(ProjectRef.parse(project), name(experiment), body));
    }

    @PostMapping("/projects/{project}/experiments/{experiment}/start")
    StartExperimentResponse startExperiment(
            @PathVariable String project, @PathVariable String experiment, HttpServletRequest request) {
        StartExperimentRequest body = bodies.read(request, StartExperimentRequest.class);
        return StartExperimentResponse.of(
                registry.start(ProjectRef.parse(project), name(experiment), body.analysisCompleteTime())
                        .execution());
    }

    @PostMapping("/projects/{project}/experiments/{experiment}/cancel")
    StopResponse stopExperiment(
            @PathVariable String project, @PathVariable String experiment, HttpServletRequest request) {
        StopRequest body = bodies.read(request, StopRequest.class);
        return StopResponse.of(
                registry.stop(ProjectRef.parse(project), name(experiment), body).execution());
    }

    @DeleteMapping("/projects/{project}/experiments/{experiment}")
    Map<String, Object> deleteExperiment(@PathVariable String project, @PathVariable String experiment) {
        registry.delete(ProjectRef.parse(project), name(experiment));
        return Map.of();
    }

    private static String name(String experiment) {
        return ResourceName.parse(Experiment.KIND, experiment);
    }

    private ExperimentResponse answer(Experiment experiment) {
        return new ExperimentResponse(ExperimentResponse.Details.of(experiment, identity));
    }
}
