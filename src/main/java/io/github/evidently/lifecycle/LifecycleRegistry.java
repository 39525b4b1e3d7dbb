package io.github.evidently.lifecycle;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Base class of the registries of launches and experiments: finds, lists, stops and deletes them, and checks starts. Thread-safe; see {@link ControlPlane}. */
public abstract class LifecycleRegistry<T extends LifecycleResource<T>> {

    private final LifecycleKind<T> kind;
    private final ControlPlane controlPlane;
    private final ProjectRegistry projects;
    private final ServedFeatures features;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final LifecycleClock clock;

    protected LifecycleRegistry(
            LifecycleKind<T> kind,
            ControlPlane controlPlane,
            ProjectRegistry projects,
            ServedFeatures features,
            ServerIdentity identity,
            ResourceQuotas quotas,
            LifecycleClock clock) {
        this.kind = kind;
        this.controlPlane = controlPlane;
        this.projects = projects;
        this.features = features;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the resource of that name. */
    public final Optional<T> find(String project, String name) {
        return controlPlane.current().find(kind.kind(), project, name);
    }

    /** Returns the resources of a project in the order of their names. */
    public final Stream<T> stream(String project) {
        return controlPlane.current().stream(kind.kind(), project);
    }

    /**
     * Returns the resources of a project after that name, in the order of their names; of any status when the status is
     * null.
     */
    public final List<T> list(String project, @Nullable Status status, @Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(kind.kind(), project, after)
                .filter(resource -> status == null || resource.status() == status)
                .limit(limit)
                .toList();
    }

    /**
     * Returns the resource that a request names.
     *
     * @throws ResourceNotFoundException when the project or the resource does not exist
     */
    public final T require(ProjectRef project, String name) {
        return require(controlPlane.current(), project, name);
    }

    private T require(State state, ProjectRef project, String name) {
        String projectName = projects.require(state, project, kind.name(), name).name();
        return state.find(kind.kind(), projectName, name)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        kind.name(), identity.arn(projectName, kind.name(), name)));
    }

    /**
     * Stops a running resource. It cannot be started again.
     *
     * @throws EvidentlyException when it does not run: a conflict, unless the model has none for this kind
     */
    public final T stop(ProjectRef project, String name, StopRequest request) {
        return change(
                project,
                name,
                (_, resource) -> resource.stopped(request.status(), request.reason(), clock.instant(), identity));
    }

    /**
     * Removes a resource.
     *
     * @throws ConflictException when it runs
     */
    public final void delete(ProjectRef project, String name) {
        T _ = controlPlane.change(state -> {
            T resource = require(state, project, name);
            resource.requireDeletable(identity);
            return Change.remove(kind.kind(), resource);
        });
    }

    /**
     * Adds a resource.
     *
     * @param creation makes it from a state and its metadata, or throws what is wrong with the request
     * @throws ResourceNotFoundException when the project does not exist
     * @throws ConflictException when one of that name exists
     * @throws ServiceQuotaExceededException when the project has as many as it may have
     */
    protected final T add(ProjectRef project, CreateRequest request, BiFunction<State, Metadata, T> creation) {
        return controlPlane.change(state -> {
            String projectName = projects.require(state, project).name();
            String arn = identity.arn(projectName, kind.name(), request.name());
            if (state.find(kind.kind(), projectName, request.name()).isPresent()) {
                throw new ConflictException(kind.title() + " with arn '" + arn + "' already exists.", arn, kind.name());
            }
            quotas.requireRoom(kind.quota(), arn, state.count(kind.kind(), projectName));
            Instant now = clock.instant();
            Metadata metadata = new Metadata(
                    projectName,
                    request.name(),
                    request.description(),
                    now,
                    now,
                    request.tags() == null ? Map.of() : request.tags());
            return Change.put(kind.kind(), creation.apply(state, metadata));
        });
    }

    /**
     * Replaces a resource by the result of a change.
     *
     * @throws ResourceNotFoundException when the project or the resource does not exist
     */
    protected final T change(ProjectRef project, String name, BiFunction<State, T, T> change) {
        return controlPlane.change(
                state -> Change.put(kind.kind(), change.apply(state, require(state, project, name))));
    }

    /**
     * Returns a resource that ran elsewhere in the status that it had there.
     *
     * @param created the resource in status {@code CREATED}
     * @param start starts it
     * @param status {@code RUNNING}: as if it were started now; finished: as if it were started and stopped now, without a
     *     check of other resources
     * @param reason the {@code statusReason} of a finished one
     * @throws ConflictException as {@link #requireMayRun}, if it is to run
     */
    protected final T restored(State state, T created, UnaryOperator<T> start, Status status, @Nullable String reason) {
        return switch (status) {
            case CREATED, UPDATING -> created;
            case RUNNING -> requireMayRun(state, start.apply(created));
            case COMPLETED, CANCELLED -> start.apply(created).stopped(status, reason, created.createdTime(), identity);
        };
    }

    /**
     * Makes sure that other resources allow a start.
     *
     * @param started not yet part of the state
     * @return the same
     * @throws ConflictException when a feature or a variation does not exist, naming all that are missing, or when another
     *     resource of this kind that serves one of its features runs
     * @throws ServiceQuotaExceededException when as many run as may
     */
    protected final T requireMayRun(State state, T started) {
        List<String> missing = features.missing(state, started.project(), started.featureVariations());
        if (!missing.isEmpty()) {
            throw started.conflict(String.join("; ", missing), identity);
        }
        started.featureVariations()
                .flatMap(byFeature -> byFeature.keySet().stream())
                .forEach(feature -> requireFree(state, started, feature));
        quotas.requireRoom(kind.runningQuota(), started.arn(identity), kind.countRunning(state, started.project()));
        return started;
    }

    private void requireFree(State state, T started, String feature) {
        kind.running(state, started.project())
                .filter(other -> other.uses(feature))
                .findAny()
                .ifPresent(other -> {
                    throw started.conflict(
                            "Feature '" + feature + "' has a running " + kind.name() + " already, '" + other.name()
                                    + "'",
                            identity);
                });
    }
}
