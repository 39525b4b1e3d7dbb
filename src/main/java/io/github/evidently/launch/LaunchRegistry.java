package io.github.evidently.launch;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.lifecycle.Share;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.lifecycle.StopRequest;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, finds, changes and deletes launches. Thread-safe; see {@link ControlPlane}. */
@Component
public class LaunchRegistry {

    private static final Logger log = LoggerFactory.getLogger(LaunchRegistry.class);

    private final ControlPlane controlPlane;
    private final ProjectRegistry projects;
    private final FeatureRegistry features;
    private final SegmentRegistry segments;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final LifecycleClock clock;

    LaunchRegistry(
            ControlPlane controlPlane,
            ProjectRegistry projects,
            FeatureRegistry features,
            SegmentRegistry segments,
            ServerIdentity identity,
            ResourceQuotas quotas,
            LifecycleClock clock) {
        this.controlPlane = controlPlane;
        this.projects = projects;
        this.features = features;
        this.segments = segments;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the launch of that name. */
    public Optional<Launch> find(String project, String name) {
        return controlPlane.current().find(Launch.LAUNCHES, project, name);
    }

    /** Returns the launches of a project in the order of their names. */
    public Stream<Launch> stream(String project) {
        return controlPlane.current().stream(Launch.LAUNCHES, project);
    }

    /**
     * Returns the launches of a project after that name, in the order of their names; of any status when the status is
     * null.
     */
    List<Launch> list(String project, @Nullable Status status, @Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(Launch.LAUNCHES, project, after)
                .filter(launch -> status == null || launch.status() == status)
                .limit(limit)
                .toList();
    }

    /**
     * Returns the launch that a request names.
     *
     * @throws ResourceNotFoundException when the project or the launch does not exist
     */
    Launch require(ProjectRef project, String name) {
        return require(controlPlane.current(), project, name);
    }

    private Launch require(State state, ProjectRef project, String name) {
        String projectName = projects.require(state, project, Launch.KIND, name).name();
        return state.find(Launch.LAUNCHES, projectName, name)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        Launch.KIND, identity.arn(projectName, Launch.KIND, name)));
    }

    /**
     * Adds a launch, which has no effect until it is started.
     *
     * @throws ValidationException naming the faulty member
     * @throws ResourceNotFoundException when the project, a feature or a segment does not exist
     * @throws ConflictException when one of that name exists
     */
    public Launch create(ProjectRef project, CreateLaunchRequest request) {
        return add(project, request, (state, created) -> {
            requireFeatures(state, created.project(), request.groups());
            return created;
        });
    }

    /**
     * Adds a launch that ran elsewhere, in the state that it had there. This is one atomic step.
     *
     * @param status {@code RUNNING}: as if it were started now; finished: as if it were started and stopped now, but
     *     without a check of its features and of other running launches
     * @param reason the {@code statusReason} of a finished one
     * @throws ValidationException naming the faulty member, or when it has no steps
     * @throws ResourceNotFoundException when the project or a segment does not exist
     * @throws ConflictException when one of that name exists or, if it is to run, as {@link #start}
     */
    public Launch restore(ProjectRef project, CreateLaunchRequest request, Status status, @Nullable String reason) {
        return add(project, request, (state, created) -> switch (status) {
            case CREATED, UPDATING -> created;
            case RUNNING -> started(state, created);
            case COMPLETED, CANCELLED -> {
                requireSteps(created);
                yield created.started(created.createdTime()).stopped(status, reason, created.createdTime());
            }
        });
    }

    private Launch add(ProjectRef project, CreateLaunchRequest request, BiFunction<State, Launch, Launch> change) {
        List<MetricMonitor> monitors = request.metricMonitors() == null ? List.of() : request.metricMonitors();
        MetricMonitor.requireValid(monitors);
        List<LaunchGroup> groups = groups(request.groups());
        if (request.scheduledSplitsConfig() != null) {
            requireKnownGroups(request.scheduledSplitsConfig().steps(), groups);
        }
        Launch launch = controlPlane.change(state -> {
            String projectName = projects.require(state, project).name();
            String arn = identity.arn(projectName, Launch.KIND, request.name());
            if (state.find(Launch.LAUNCHES, projectName, request.name()).isPresent()) {
                throw new ConflictException("Launch with arn '" + arn + "' already exists.", arn, Launch.KIND);
            }
            quotas.requireRoom(ResourceKind.LAUNCH, arn, state.count(Launch.LAUNCHES, projectName));
            Instant now = clock.instant();
            Launch created = new Launch(
                    projectName,
                    request.name(),
                    request.description(),
                    groups,
                    monitors,
                    salt(request.randomizationSalt(), request.name()),
                    request.scheduledSplitsConfig() == null ? null : steps(state, request.scheduledSplitsConfig()),
                    Status.CREATED,
                    null,
                    null,
                    now,
                    now,
                    request.tags() == null ? Map.of() : request.tags());
            return Change.put(Launch.LAUNCHES, change.apply(state, created));
        });
        warnOfTinyShares(launch);
        return launch;
    }

    /** Warns of weights such as 50 and 50, which are most likely meant as percent. */
    private static void warnOfTinyShares(Launch launch) {
        List<ScheduledSplit> steps = launch.steps() == null ? List.of() : launch.steps();
        for (int i = 0; i < steps.size(); i++) {
            ScheduledSplit step = steps.get(i);
            Stream<Map<String, Long>> weights = Stream.concat(
                    Stream.of(step.groupWeights()), step.overrides().stream().map(SegmentOverride::weights));
            Optional<Share> tiny =
                    weights.map(Share::of).filter(Share::looksLikePercent).findFirst();
            if (tiny.isPresent()) {
                log.warn(
                        "Launch {} of project {}: weights of step {} add up to {} % of the traffic; weights are"
                                + " thousandths of a percent, {} is all of it",
                        launch.name(), launch.project(), i, tiny.get().percent(), SplitWeight.ALL);
                return;
            }
        }
    }

    /**
     * Changes a launch. While it runs, only the description, the metrics and the schedule can change.
     *
     * @throws ValidationException naming the faulty member
     * @throws ResourceNotFoundException when the project, the launch, a feature or a segment does not exist
     * @throws ConflictException when the launch is finished, or runs and something else should change
     */
    Launch update(ProjectRef project, String name, UpdateLaunchRequest request) {
        if (request.metricMonitors() != null) {
            MetricMonitor.requireValid(request.metricMonitors());
        }
        List<LaunchGroup> newGroups = request.groups() == null ? null : groups(request.groups());
        Launch updated = change(project, name, (state, launch) -> {
            if (launch.status().isFinished()) {
                throw conflict(launch, "Launch is " + launch.status() + " and cannot be changed");
            }
            if (launch.isRunning() && (request.groups() != null || request.randomizationSalt() != null)) {
                throw conflict(launch, "Groups and salt of a running launch cannot be changed");
            }
            List<LaunchGroup> groups = newGroups == null ? launch.groups() : newGroups;
            if (request.scheduledSplitsConfig() != null) {
                requireKnownGroups(request.scheduledSplitsConfig().steps(), groups);
            } else if (launch.steps() != null) {
                requireKnownGroups(launch.steps(), groups);
            }
            if (request.groups() != null) {
                requireFeatures(state, launch.project(), request.groups());
            }
            List<ScheduledSplit> steps = request.scheduledSplitsConfig() == null
                    ? launch.steps()
                    : steps(state, request.scheduledSplitsConfig());
            return new Launch(
                    launch.project(),
                    launch.name(),
                    request.description() == null ? launch.description() : request.description(),
                    groups,
                    request.metricMonitors() == null ? launch.metricMonitors() : request.metricMonitors(),
                    request.randomizationSalt() == null
                            ? launch.randomizationSalt()
                            : salt(request.randomizationSalt(), name),
                    steps,
                    launch.status(),
                    launch.statusReason(),
                    launch.execution(),
                    launch.createdTime(),
                    clock.instant(),
                    launch.tags());
        });
        if (request.scheduledSplitsConfig() != null) {
            warnOfTinyShares(updated);
        }
        return updated;
    }

    /**
     * Starts a launch. It gets no traffic before the time of its first step.
     *
     * @throws ValidationException when it has no steps
     * @throws ConflictException when it was started before, another launch of one of its features runs, or a feature or
     *     a variation does not exist; names all that are missing
     */
    public Launch start(ProjectRef project, String name) {
        return change(project, name, this::started);
    }

    private Launch started(State state, Launch launch) {
        if (launch.status() != Status.CREATED) {
            throw conflict(launch, "Launch is " + launch.status() + " and cannot be started");
        }
        requireSteps(launch);
        List<String> missing = features.missing(
                state, launch.project(), launch.groups().stream().map(LaunchGroup::featureVariations));
        if (!missing.isEmpty()) {
            throw conflict(launch, String.join("; ", missing));
        }
        for (LaunchGroup group : launch.groups()) {
            group.featureVariations().keySet().forEach(feature -> requireFree(state, launch, feature));
        }
        quotas.requireRoom(
                ResourceKind.RUNNING_LAUNCH,
                identity.arn(launch.project(), Launch.KIND, launch.name()),
                state.stream(Launch.LAUNCHES, launch.project())
                        .filter(Launch::isRunning)
                        .count());
        return launch.started(clock.instant());
    }

    private static void requireSteps(Launch launch) {
        if (launch.steps() == null) {
            throw ValidationException.field("scheduledSplitsConfig", "A launch needs steps to be started");
        }
    }

    private void requireFree(State state, Launch launch, String feature) {
        state.stream(Launch.LAUNCHES, launch.project())
                .filter(other -> other.isRunning() && other.uses(feature))
                .findAny()
                .ifPresent(other -> {
                    throw conflict(
                            launch, "Feature '" + feature + "' has a running launch already, '" + other.name() + "'");
                });
    }

    /**
     * Ends a launch for good.
     *
     * @throws ValidationException when it does not run; the model has no conflict here
     */
    public Launch stop(ProjectRef project, String name, StopRequest request) {
        return change(project, name, (state, launch) -> {
            if (!launch.isRunning()) {
                throw ValidationException.other("Launch is " + launch.status() + " and cannot be stopped");
            }
            return launch.stopped(request.status(), request.reason(), clock.instant());
        });
    }

    /**
     * Removes a launch.
     *
     * @throws ConflictException when it runs
     */
    void delete(ProjectRef project, String name) {
        Launch _ = controlPlane.change(state -> {
            Launch launch = require(state, project, name);
            if (launch.isRunning()) {
                throw conflict(launch, "Launch is RUNNING and cannot be deleted");
            }
            return Change.remove(Launch.LAUNCHES, launch);
        });
    }

    private Launch change(ProjectRef project, String name, BiFunction<State, Launch, Launch> change) {
        return controlPlane.change(
                state -> Change.put(Launch.LAUNCHES, change.apply(state, require(state, project, name))));
    }

    private static List<LaunchGroup> groups(List<LaunchGroupConfig> configs) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < configs.size(); i++) {
            if (!names.add(configs.get(i).name())) {
                throw ValidationException.field("groups." + i + ".name", "Member must be unique in the list");
            }
        }
        return configs.stream().map(LaunchGroupConfig::toGroup).toList();
    }

    private void requireFeatures(State state, String project, List<LaunchGroupConfig> configs) {
        for (LaunchGroupConfig config : configs) {
            Feature _ = features.require(state, project, config.feature());
        }
    }

    /** Returns the steps with segment names in place of the references. */
    private List<ScheduledSplit> steps(State state, ScheduledSplitsLaunchConfig config) {
        List<ScheduledSplit> steps = new ArrayList<>();
        for (ScheduledSplit step : config.steps()) {
            List<SegmentOverride> overrides = step.overrides().stream()
                    .map(override -> new SegmentOverride(
                            override.evaluationOrder(),
                            segments.require(state, new SegmentRef(override.segment()))
                                    .name(),
                            override.weights()))
                    .toList();
            steps.add(new ScheduledSplit(step.groupWeights(), overrides, step.startTime()));
        }
        return steps;
    }

    private static void requireKnownGroups(List<ScheduledSplit> steps, List<LaunchGroup> groups) {
        Set<String> names = new HashSet<>();
        groups.forEach(group -> names.add(group.name()));
        for (int i = 0; i < steps.size(); i++) {
            ScheduledSplit step = steps.get(i);
            String member = "scheduledSplitsConfig.steps." + i + ".";
            requireKnownGroups(member + "groupWeights.", step.groupWeights().keySet(), names);
            for (int j = 0; j < step.overrides().size(); j++) {
                requireKnownGroups(
                        member + "segmentOverrides." + j + ".weights.",
                        step.overrides().get(j).weights().keySet(),
                        names);
            }
        }
    }

    private static void requireKnownGroups(String member, Set<String> weighted, Set<String> known) {
        for (String group : weighted) {
            if (!known.contains(group)) {
                throw ValidationException.field(member + group, "Member must be the name of a group of the launch");
            }
        }
    }

    /** Returns the salt. An empty one counts as absent (observed through Terraform). */
    private static String salt(@Nullable String given, String name) {
        return given == null || given.isEmpty() ? name : given;
    }

    private ConflictException conflict(Launch launch, String message) {
        return new ConflictException(message, identity.arn(launch.project(), Launch.KIND, launch.name()), Launch.KIND);
    }
}
