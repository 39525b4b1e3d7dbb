package io.github.evidently.project;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Creates, finds, changes and deletes projects.
 *
 * <p>A lookup takes no query. Changes are durable when a method returns, and every later call sees them. Thread-safe.
 */
@Component
public class ProjectRegistry {

    private final ServerIdentity identity;
    private final List<String> seeds;
    private final ControlPlane controlPlane;
    private final ResourceQuotas quotas;
    private final Clock clock;
    private final List<ProjectContents> contents;

    ProjectRegistry(
            ServerIdentity identity,
            ProjectProperties properties,
            ControlPlane controlPlane,
            ResourceQuotas quotas,
            Clock clock,
            List<ProjectContents> contents) {
        this.identity = identity;
        this.seeds = properties.names();
        this.controlPlane = controlPlane;
        this.quotas = quotas;
        this.clock = clock;
        this.contents = contents;
        // They are not counted against the quota.
        int _ = controlPlane.change(state -> {
            List<String> missing = seeds.stream()
                    .filter(name -> find(state, name).isEmpty())
                    .distinct()
                    .toList();
            return andAdd(Change.of(missing.size()), state, missing);
        });
    }

    /** Returns the project of that name. */
    public Optional<Project> find(String name) {
        return find(controlPlane.current(), name);
    }

    private static Optional<Project> find(State state, String name) {
        return state.find(Project.PROJECTS, "", name);
    }

    /** Returns the project that a reference names; empty also for a reference to another account or Region. */
    public Optional<Project> find(ProjectRef reference) {
        return find(controlPlane.current(), reference);
    }

    private Optional<Project> find(State state, ProjectRef reference) {
        return reference.nameAt(identity).flatMap(name -> find(state, name));
    }

    /**
     * Returns the project that a request of the data plane names.
     *
     * @throws ResourceNotFoundException in the words of the data plane
     */
    public Project requireForDataPlane(ProjectRef reference) {
        return find(reference)
                .orElseThrow(() -> ResourceNotFoundException.dataPlane("project", reference.arn(identity)));
    }

    /**
     * Returns the project that a request of the control plane names.
     *
     * @throws ResourceNotFoundException in the words of the control plane
     */
    public Project require(ProjectRef reference) {
        return require(controlPlane.current(), reference);
    }

    /**
     * Returns the project that a request of the control plane names, in a state.
     *
     * @throws ResourceNotFoundException in the words of the control plane
     */
    public Project require(State state, ProjectRef reference) {
        return find(state, reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane("project", reference.arn(identity)));
    }

    /**
     * Returns the project that a request of the control plane names to reach a resource in it.
     *
     * @param name the name of that resource
     * @throws ResourceNotFoundException that names that resource, as observed with DeleteFeature
     */
    public Project require(State state, ProjectRef reference, String kind, String name) {
        return find(state, reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        "project", reference.arn(identity) + "/" + kind + "/" + name));
    }

    /** Does the same as {@link #require(State, ProjectRef, String, String)} in the current state. */
    public Project require(ProjectRef reference, String kind, String name) {
        return require(controlPlane.current(), reference, kind, name);
    }

    /**
     * Looks up a project again that was deleted or reset while a request for it was in flight.
     *
     * @return the newest project that the reference names
     * @throws ResourceNotFoundException in the words of the data plane
     */
    public Project requireNewest(ProjectRef reference) {
        State _ = controlPlane.refresh();
        return requireForDataPlane(reference);
    }

    /** Returns the numbers of resources in that project. */
    public ProjectCounts counts(String name) {
        return counts(controlPlane.current(), name);
    }

    private ProjectCounts counts(State state, String name) {
        return contents.stream()
                .map(content -> content.counts(state, name))
                .reduce(ProjectCounts.NONE, ProjectCounts::plus);
    }

    /** Returns the projects in the order of their names. */
    public Stream<Project> stream() {
        return controlPlane.current().stream(Project.PROJECTS);
    }

    /** Returns how many projects there are. */
    public int count() {
        return controlPlane.current().count(Project.PROJECTS, "");
    }

    /**
     * Lists projects in the order of their names.
     *
     * @param after the name that comes before the first one wanted; null to start with the first of all
     * @param limit how many at most
     */
    public List<Project> list(@Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(Project.PROJECTS, "", after)
                .limit(limit)
                .toList();
    }

    /**
     * Adds a project.
     *
     * @throws ValidationException naming the invalid member
     * @throws ConflictException when one of that name exists
     * @throws ServiceQuotaExceededException when the account already has the maximum number
     */
    public Project create(CreateProjectRequest request) {
        Project given = project(request);
        String arn = identity.projectArn(given.name());
        return controlPlane.change(state -> {
            if (find(state, given.name()).isPresent()) {
                throw new ConflictException("Project with arn '" + arn + "' already exists.", arn, "project");
            }
            quotas.requireRoom(ResourceKind.PROJECT, arn, state.count(Project.PROJECTS, ""));
            Project created = given.withKey(nextKey(state));
            return Change.put(Project.PROJECTS, created).andOpenLog(created.key(), created.name());
        });
    }

    private Project project(CreateProjectRequest request) {
        Instant now = clock.instant();
        return new Project(
                0,
                request.name(),
                request.description(),
                now,
                now,
                request.appConfigResource() == null
                        ? null
                        : request.appConfigResource().toAppConfigResource(),
                request.dataDelivery() == null ? null : request.dataDelivery().toDataDelivery("dataDelivery."),
                request.tags() == null ? Map.of() : request.tags());
    }

    private Project seed(String name) {
        Instant now = clock.instant();
        return new Project(0, name, null, now, now, null, null, Map.of());
    }

    /** Returns a key that was never used: the version counts writes, and a project takes more than one. */
    private static long nextKey(State state) {
        return state.version() + 1;
    }

    private Change<Integer> andAdd(Change<Integer> change, State state, List<String> names) {
        long key = nextKey(state);
        for (String name : names) {
            Change<Integer> _ =
                    change.andPut(Project.PROJECTS, seed(name).withKey(key)).andOpenLog(key, name);
            key++;
        }
        return change;
    }

    /**
     * Replaces a project by the result of a change.
     *
     * @throws ResourceNotFoundException when there is none
     */
    public Project update(ProjectRef reference, UnaryOperator<Project> change) {
        return controlPlane.change(state -> Change.put(Project.PROJECTS, change.apply(require(state, reference))));
    }

    /**
     * Removes a project with its events.
     *
     * @throws ResourceNotFoundException when there is none
     * @throws ConflictException when there are resources in it
     */
    void delete(ProjectRef reference) {
        Project _ = controlPlane.change(state -> {
            Project project = require(state, reference);
            if (!counts(state, project.name()).isEmpty()) {
                throw new ConflictException(
                        "Project has sub-resources", identity.projectArn(project.name()), "project");
            }
            return Change.remove(Project.PROJECTS, project).andCloseLog(project.key());
        });
    }

    /**
     * Removes all resources and all events, and creates the configured projects again, in one atomic step. An event
     * that is appended meanwhile is either removed with the rest or belongs to a new project.
     */
    public void reset() {
        int _ = controlPlane.change(state -> {
            Change<Integer> change = Change.of(seeds.size());
            state.stream(Project.PROJECTS).forEach(project -> change.andCloseLog(project.key()));
            controlPlane.kinds().forEach(kind -> change.andRemoveAll(state, kind));
            return andAdd(change, state, seeds.stream().distinct().toList());
        });
    }

    /**
     * Removes the resources and the events of a project in one atomic step. An event that is appended meanwhile is
     * either removed with the rest or belongs to the empty project.
     *
     * @param seed the request that creates the project again, unless it is a configured one; null to leave the project
     *     itself unchanged
     * @throws ResourceNotFoundException when there is no such project
     */
    public void reset(String name, @Nullable CreateProjectRequest seed) {
        Project seeded = seeds.contains(name) ? seed(name) : seed == null ? null : project(seed);
        Project _ = controlPlane.change(state -> {
            Project project = require(state, new ProjectRef.ByName(name));
            Project reset = (seeded == null ? project : seeded).withKey(nextKey(state));
            Change<Project> change = Change.put(Project.PROJECTS, reset)
                    .andCloseLog(project.key())
                    .andOpenLog(reset.key(), name);
            controlPlane.kinds().forEach(kind -> change.andRemoveAll(state, kind, name));
            return change;
        });
    }
}
