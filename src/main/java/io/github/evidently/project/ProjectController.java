package io.github.evidently.project;

import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Page;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Serves CreateProject, GetProject, ListProjects, UpdateProject, UpdateProjectDataDelivery and DeleteProject.
 *
 * <p>Order of checks: size and syntax of the body, its members, the reference, the project.
 */
@RestController
class ProjectController {

    private static final int PAGE_SIZE_MAX = 50;

    private final ProjectRegistry registry;
    private final ServerIdentity identity;
    private final RequestBodies bodies;
    private final Clock clock;

    ProjectController(ProjectRegistry registry, ServerIdentity identity, RequestBodies bodies, Clock clock) {
        this.registry = registry;
        this.identity = identity;
        this.bodies = bodies;
        this.clock = clock;
    }

    @PostMapping("/projects")
    ProjectResponse createProject(HttpServletRequest request) {
        return answer(registry.create(bodies.read(request, CreateProjectRequest.class)));
    }

    @GetMapping("/projects/{project}")
    ProjectResponse getProject(@PathVariable String project) {
        return answer(registry.require(ProjectRef.parse(project)));
    }

    @GetMapping("/projects")
    ListProjectsResponse listProjects(HttpServletRequest request) {
        Page<Project> page = Page.of(QueryParameters.of(request), PAGE_SIZE_MAX, registry::list, Project::name);
        return new ListProjectsResponse(
                page.nextToken(),
                page.map(project -> ProjectSummary.of(project, registry.counts(project.name()), identity)));
    }

    @PatchMapping("/projects/{project}")
    ProjectResponse updateProject(@PathVariable String project, HttpServletRequest request) {
        UpdateProjectRequest body = bodies.read(request, UpdateProjectRequest.class);
        AppConfigResource appConfigResource = body.appConfigResource() == null
                ? null
                : body.appConfigResource().toAppConfigResource();
        Instant now = clock.instant();
        Project updated = registry.update(
                ProjectRef.parse(project),
                current -> new Project(
                        current.key(),
                        current.name(),
                        body.description() == null ? current.description() : body.description(),
                        current.createdTime(),
                        now,
                        appConfigResource == null ? current.appConfigResource() : appConfigResource,
                        current.dataDelivery(),
                        current.tags()));
        return answer(updated);
    }

    /** Replaces the destination of the project's evaluation events; a body without one removes it. */
    @PatchMapping("/projects/{project}/data-delivery")
    ProjectResponse updateProjectDataDelivery(@PathVariable String project, HttpServletRequest request) {
        DataDeliveryConfig body = bodies.read(request, DataDeliveryConfig.class);
        DataDelivery dataDelivery = body.toDataDelivery("");
        Instant now = clock.instant();
        Project updated = registry.update(
                ProjectRef.parse(project),
                current -> new Project(
                        current.key(),
                        current.name(),
                        current.description(),
                        current.createdTime(),
                        now,
                        current.appConfigResource(),
                        dataDelivery,
                        current.tags()));
        return answer(updated);
    }

    @DeleteMapping("/projects/{project}")
    Map<String, Object> deleteProject(@PathVariable String project) {
        registry.delete(ProjectRef.parse(project));
        return Map.of();
    }

    private ProjectResponse answer(Project project) {
        return ProjectResponse.of(project, registry.counts(project.name()), identity);
    }
}
