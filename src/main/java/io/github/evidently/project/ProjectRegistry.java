package io.github.evidently.project;

import io.github.evidently.catalog.Catalogs;
import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The projects of this server, in the database and in memory: finding one costs no query.
 *
 * <p>Changes are on disk when a method returns, and every later call sees them. Thread-safe; of two concurrent changes
 * one comes first.
 */
@Component
public class ProjectRegistry {

    private final ServerIdentity identity;
    private final List<String> seeds;
    private final ProjectStore store;
    private final Database database;
    private final ResourceQuotas quotas;
    private final Clock clock;
    private final List<ProjectContents> contents;
    private final Catalogs catalogs;
    private volatile ConcurrentNavigableMap<String, Project> byName = new ConcurrentSkipListMap<>();

    ProjectRegistry(
            ServerIdentity identity,
            ProjectProperties properties,
            ProjectStore store,
            Database database,
            ResourceQuotas quotas,
            Clock clock,
            List<ProjectContents> contents,
            Catalogs catalogs) {
        this.identity = identity;
        this.seeds = properties.names();
        this.store = store;
        this.database = database;
        this.quotas = quotas;
        this.clock = clock;
        this.contents = contents;
        this.catalogs = catalogs;
        for (Project project : database.read(store::readAll)) {
            byName.put(project.name(), project);
        }
        for (String name : seeds) {
            if (find(name).isEmpty()) {
                // Whoever configures more of them than the quota has them all the same.
                add(seed(name), () -> {});
            }
        }
    }

    /** The project of that name. */
    public Optional<Project> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The project that a reference names; empty also for another account's or Region's. */
    public Optional<Project> find(ProjectRef reference) {
        return reference.nameAt(identity).flatMap(this::find);
    }

    /**
     * The project that a request of the data plane names.
     *
     * @throws ResourceNotFoundException in the words of the data plane
     */
    public Project requireForDataPlane(ProjectRef reference) {
        return find(reference)
                .orElseThrow(() -> ResourceNotFoundException.dataPlane("project", reference.arn(identity)));
    }

    /**
     * The project that a request of the control plane names.
     *
     * @throws ResourceNotFoundException in the words of the control plane
     */
    public Project require(ProjectRef reference) {
        return find(reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane("project", reference.arn(identity)));
    }

    /**
     * The project that a request of the control plane names to get at something in it.
     *
     * @param kind {@code feature}, {@code launch} or {@code experiment}
     * @param name of what is in it
     * @throws ResourceNotFoundException that names what is in it, as DeleteFeature was observed to
     */
    public Project require(ProjectRef reference, String kind, String name) {
        return find(reference)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        "project", reference.arn(identity) + "/" + kind + "/" + name));
    }

    /** What stands in that project. */
    public ProjectCounts counts(String name) {
        return contents.stream().map(content -> content.counts(name)).reduce(ProjectCounts.NONE, ProjectCounts::plus);
    }

    /** Projects in the order of their names. */
    public Stream<Project> stream() {
        return byName.values().stream();
    }

    /** How many projects there are. */
    public int count() {
        return byName.size();
    }

    /**
     * Projects in the order of their names.
     *
     * @param after the name that comes before the first one wanted; null to start with the first of all
     * @param limit how many at most
     */
    public List<Project> list(@Nullable String after, int limit) {
        ConcurrentNavigableMap<String, Project> projects = byName;
        return (after == null ? projects : projects.tailMap(after, false))
                .values().stream().limit(limit).toList();
    }

    /**
     * Adds a project.
     *
     * @throws ValidationException naming the faulty member
     * @throws ConflictException when one of that name exists
     */
    public Project create(CreateProjectRequest request) {
        return create(project(request));
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

    /**
     * Adds a project.
     *
     * @return the project as stored; the given one's id and times are ignored
     * @throws ConflictException when one of that name exists
     * @throws ServiceQuotaExceededException when there are as many as there may be
     */
    Project create(Project project) {
        String arn = identity.projectArn(project.name());
        return add(project, () -> quotas.requireRoom(ResourceKind.PROJECT, arn, count()));
    }

    private Project add(Project project, Runnable requireRoom) {
        return database.write(
                transaction -> {
                    if (byName.containsKey(project.name())) {
                        String arn = identity.projectArn(project.name());
                        throw new ConflictException("Project with arn '" + arn + "' already exists.", arn, "project");
                    }
                    requireRoom.run();
                    return store.insert(transaction, project);
                },
                created -> byName.put(created.name(), created));
    }

    /**
     * Replaces a project by what the change makes of it.
     *
     * @throws ResourceNotFoundException when there is none, also when it was deleted meanwhile
     */
    public Project update(ProjectRef reference, UnaryOperator<Project> change) {
        return database.write(
                transaction -> {
                    Project updated = change.apply(require(reference));
                    store.update(transaction, updated);
                    return updated;
                },
                updated -> byName.put(updated.name(), updated));
    }

    /**
     * Removes a project and, out of everybody's sight at once, its events.
     *
     * @throws ResourceNotFoundException when there is none
     * @throws ConflictException when something stands in it
     */
    void delete(ProjectRef reference) {
        database.write(
                transaction -> {
                    Project project = require(reference);
                    if (!counts(project.name()).isEmpty()) {
                        throw new ConflictException(
                                "Project has sub-resources", identity.projectArn(project.name()), "project");
                    }
                    store.delete(transaction, project);
                    return project;
                },
                deleted -> byName.remove(deleted.name()));
    }

    /**
     * Removes all projects with their events, all that stands in them and all segments, and creates the seeded projects
     * anew, in one step: whatever is appended meanwhile is either removed with the rest or belongs to the new projects.
     */
    public void reset() {
        database.write(
                transaction -> {
                    ConcurrentNavigableMap<String, Project> seeded = new ConcurrentSkipListMap<>();
                    for (Project project : new ArrayList<>(byName.values())) {
                        store.delete(transaction, project);
                    }
                    catalogs.removeAll(transaction);
                    for (String name : seeds) {
                        seeded.put(name, store.insert(transaction, seed(name)));
                    }
                    return seeded;
                },
                seeded -> {
                    catalogs.clear();
                    byName = seeded;
                });
    }

    /**
     * Removes all that stands in a project and, out of everybody's sight at once, its events, in one step: whatever is
     * appended to it meanwhile is either removed with the rest or belongs to the empty project.
     *
     * @param seed what makes the project anew, unless it is one of the configuration; null to leave the project itself as
     *     it is
     * @throws ResourceNotFoundException when there is no such project
     */
    public void reset(String name, @Nullable CreateProjectRequest seed) {
        Project seeded = seeds.contains(name) ? seed(name) : seed == null ? null : project(seed);
        database.write(
                transaction -> {
                    Project project = require(new ProjectRef.ByName(name));
                    store.delete(transaction, project);
                    catalogs.removeAll(transaction, name);
                    return store.insert(transaction, seeded == null ? project : seeded);
                },
                reset -> {
                    // First what stands in it: an evaluation must not find the new project with an old feature.
                    catalogs.clear(name);
                    byName.put(name, reset);
                });
    }

    private Project seed(String name) {
        Instant now = clock.instant();
        return new Project(0, name, null, now, now, null, null, Map.of());
    }
}
