package io.github.evidently.project;

import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.PageToken;
import io.github.evidently.wire.QueryParameters;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.time.Clock;
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
 * CreateProject, GetProject, ListProjects, UpdateProject and DeleteProject.
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
    private final SecureRandom random = new SecureRandom();

    ProjectController(ProjectRegistry registry, ServerIdentity identity, RequestBodies bodies, Clock clock) {
        this.registry = registry;
        this.identity = identity;
        this.bodies = bodies;
        this.clock = clock;
    }

    @PostMapping("/projects")
    ProjectResponse createProject(HttpServletRequest request) {
        CreateProjectRequest body = bodies.read(request, CreateProjectRequest.class);
        Instant now = clock.instant();
        Project project = new Project(
                0,
                body.name(),
                body.description(),
                now,
                now,
                appConfigResource(body.appConfigResource()),
                body.dataDelivery() == null ? null : body.dataDelivery().toDataDelivery(),
                body.tags() == null ? Map.of() : body.tags());
        return ProjectResponse.of(registry.create(project), identity);
    }

    @GetMapping("/projects/{project}")
    ProjectResponse getProject(@PathVariable String project) {
        return ProjectResponse.of(registry.require(ProjectRef.parse(project)), identity);
    }

    @GetMapping("/projects")
    ListProjectsResponse listProjects(HttpServletRequest request) {
        QueryParameters query = QueryParameters.of(request);
        int limit = query.integer("maxResults", 1, PAGE_SIZE_MAX, PAGE_SIZE_MAX);
        String nextToken = query.text("nextToken");
        String after = nextToken == null ? null : PageToken.parse(nextToken).after();
        // One more than asked for tells whether another page follows.
        List<Project> found = registry.list(after, limit + 1);
        List<Project> page = found.subList(0, Math.min(limit, found.size()));
        String following = found.size() > limit ? new PageToken(page.getLast().name()).text() : null;
        return new ListProjectsResponse(
                following,
                page.stream()
                        .map(project -> ProjectSummary.of(project, identity))
                        .toList());
    }

    @PatchMapping("/projects/{project}")
    ProjectResponse updateProject(@PathVariable String project, HttpServletRequest request) {
        UpdateProjectRequest body = bodies.read(request, UpdateProjectRequest.class);
        AppConfigResource appConfigResource = appConfigResource(body.appConfigResource());
        Instant now = clock.instant();
        Project updated = registry.update(
                ProjectRef.parse(project),
                current -> new Project(
                        current.id(),
                        current.name(),
                        body.description() == null ? current.description() : body.description(),
                        current.createdTime(),
                        now,
                        appConfigResource == null ? current.appConfigResource() : appConfigResource,
                        current.dataDelivery(),
                        current.tags()));
        return ProjectResponse.of(updated, identity);
    }

    @DeleteMapping("/projects/{project}")
    Map<String, Object> deleteProject(@PathVariable String project) {
        registry.delete(ProjectRef.parse(project));
        return Map.of();
    }

    /** AWS makes the configuration profile itself; ours gets an id of the same form. */
    private @Nullable AppConfigResource appConfigResource(@Nullable AppConfigResourceConfig config) {
        if (config == null) {
            return null;
        }
        long id = random.nextLong(1L << 35);
        String configurationProfileId = Long.toString(id | 1L << 35, 32).substring(1);
        return new AppConfigResource(config.applicationId(), configurationProfileId, config.environmentId());
    }
}
