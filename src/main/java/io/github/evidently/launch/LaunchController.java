package io.github.evidently.launch;

import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.lifecycle.StopRequest;
import io.github.evidently.lifecycle.StopResponse;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Page;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
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
 * Serves CreateLaunch, GetLaunch, ListLaunches, UpdateLaunch, StartLaunch, StopLaunch and DeleteLaunch.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference and the name, the project, the launch.
 */
@RestController
class LaunchController {

    private static final int PAGE_SIZE_MAX = 100;

    private final LaunchRegistry registry;
    private final ProjectRegistry projects;
    private final RequestBodies bodies;
    private final ServerIdentity identity;

    LaunchController(LaunchRegistry registry, ProjectRegistry projects, RequestBodies bodies, ServerIdentity identity) {
        this.registry = registry;
        this.projects = projects;
        this.bodies = bodies;
        this.identity = identity;
    }

    /** The answer of ListLaunches. */
    record ListLaunchesResponse(
            List<LaunchResponse.Details> launches, @Nullable String nextToken) {}

    @PostMapping("/projects/{project}/launches")
    LaunchResponse createLaunch(@PathVariable String project, HttpServletRequest request) {
        CreateLaunchRequest body = bodies.read(request, CreateLaunchRequest.class);
        return answer(registry.create(ProjectRef.parse(project), body));
    }

    @GetMapping("/projects/{project}/launches/{launch}")
    LaunchResponse getLaunch(@PathVariable String project, @PathVariable String launch) {
        return answer(registry.require(ProjectRef.parse(project), name(launch)));
    }

    /**
     * Lists launches. The model has no ResourceNotFoundException here: a project that does not exist is an invalid
     * member.
     */
    @GetMapping("/projects/{project}/launches")
    ListLaunchesResponse listLaunches(@PathVariable String project, HttpServletRequest request) {
        QueryParameters query = QueryParameters.of(request);
        Status status = query.constant("status", Status.class);
        ProjectRef reference = ProjectRef.parse(project);
        Page<Launch> page = Page.of(
                query,
                PAGE_SIZE_MAX,
                (after, limit) -> registry.list(requireForList(reference).name(), status, after, limit),
                Launch::name);
        return new ListLaunchesResponse(
                page.map(launch -> LaunchResponse.Details.of(launch, identity)), page.nextToken());
    }

    @PatchMapping("/projects/{project}/launches/{launch}")
    LaunchResponse updateLaunch(@PathVariable String project, @PathVariable String launch, HttpServletRequest request) {
        UpdateLaunchRequest body = bodies.read(request, UpdateLaunchRequest.class);
        return answer(registry.update(ProjectRef.parse(project), name(launch), body));
    }

    @PostMapping("/projects/{project}/launches/{launch}/start")
    LaunchResponse startLaunch(@PathVariable String project, @PathVariable String launch) {
        return answer(registry.start(ProjectRef.parse(project), name(launch)));
    }

    @PostMapping("/projects/{project}/launches/{launch}/cancel")
    StopResponse stopLaunch(@PathVariable String project, @PathVariable String launch, HttpServletRequest request) {
        StopRequest body = bodies.read(request, StopRequest.class);
        return StopResponse.of(
                registry.stop(ProjectRef.parse(project), name(launch), body).execution());
    }

    @DeleteMapping("/projects/{project}/launches/{launch}")
    Map<String, Object> deleteLaunch(@PathVariable String project, @PathVariable String launch) {
        registry.delete(ProjectRef.parse(project), name(launch));
        return Map.of();
    }

    private Project requireForList(ProjectRef reference) {
        return projects.find(reference)
                .orElseThrow(() -> ValidationException.field(
                        "project", "Project with arn '" + reference.arn(identity) + "' does not exist."));
    }

    private static String name(String launch) {
        return ResourceName.parse(Launch.KIND, launch);
    }

    private LaunchResponse answer(Launch launch) {
        return new LaunchResponse(LaunchResponse.Details.of(launch, identity));
    }
}
