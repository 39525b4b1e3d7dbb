package io.github.evidently.launch;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.lifecycle.LifecycleRegistry;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.lifecycle.Share;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentRegistry;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Creates, finds, changes and deletes launches. Thread-safe; see {@link ControlPlane}. */
@Component
public class LaunchRegistry extends LifecycleRegistry<Launch> {

    private static final Logger log = LoggerFactory.getLogger(LaunchRegistry.class);

    private final FeatureRegistry features;
    private final SegmentRegistry segments;
    private final ServerIdentity identity;
    private final LifecycleClock clock;

    LaunchRegistry(
            ControlPlane controlPlane,
            ProjectRegistry projects,
            FeatureRegistry features,
            SegmentRegistry segments,
            ServerIdentity identity,
            ResourceQuotas quotas,
            LifecycleClock clock) {
        super(Launch.LIFECYCLE, controlPlane, projects, features, identity, quotas, clock);
        this.features = features;
        this.segments = segments;
        this.identity = identity;
        this.clock = clock;
    }

    /**
     * Adds a launch, which has no effect until it is started.
     *
     * @throws ValidationException naming the member that violates the model
     * @throws ResourceNotFoundException when the project, a feature or a segment does not exist
     * @throws ConflictException when one of that name exists
     */
    public Launch create(ProjectRef project, CreateLaunchRequest request) {
        LaunchDesign design = LaunchDesign.of(request);
        return warned(add(project, request, (state, metadata) -> {
            Launch created = created(state, metadata, design);
            features.requireFeatures(state, created.project(), created.featureVariations());
            return created;
        }));
    }

    /**
     * Adds a launch that ran elsewhere, in the status that it had there. This is one atomic step.
     *
     * @param status {@code RUNNING}: as if it were started now; finished: as if it were started and stopped now, but
     *     without a check of its features and of other running launches
     * @param reason the {@code statusReason} of a finished one
     * @throws ValidationException naming the member that violates the model, or when it has no steps
     * @throws ResourceNotFoundException when the project or a segment does not exist
     * @throws ConflictException when one of that name exists or, if it is to run, as {@link #start}
     */
    public Launch restore(ProjectRef project, CreateLaunchRequest request, Status status, @Nullable String reason) {
        LaunchDesign design = LaunchDesign.of(request);
        return warned(add(
                project,
                request,
                (state, metadata) -> restored(
                        state,
                        created(state, metadata, design),
                        created -> created.started(created.createdTime(), identity),
                        status,
                        reason)));
    }

    private Launch created(State state, Metadata metadata, LaunchDesign design) {
        return new Launch(metadata, resolved(state, design), Progress.CREATED);
    }

    private LaunchDesign resolved(State state, LaunchDesign design) {
        return design.resolved(reference -> segments.require(state, reference).name());
    }

    /**
     * Changes a launch. While it runs, only the description, the metrics and the schedule can change.
     *
     * @throws ValidationException naming the member that violates the model
     * @throws ResourceNotFoundException when the project, the launch, a feature or a segment does not exist
     * @throws ConflictException when the launch is finished, or runs and something else should change
     */
    Launch update(ProjectRef project, String name, UpdateLaunchRequest request) {
        if (request.metricMonitors() != null) {
            MetricMonitor.requireValid(request.metricMonitors());
        }
        if (request.groups() != null) {
            List<LaunchGroup> _ = LaunchDesign.groups(request.groups());
        }
        Launch updated = change(project, name, (state, launch) -> {
            launch.requireChangeable(request, identity);
            LaunchDesign design = launch.design().updated(request, name);
            if (request.groups() != null) {
                features.requireFeatures(
                        state, launch.project(), design.groups().stream().map(LaunchGroup::featureVariations));
            }
            return new Launch(
                    launch.metadata().updated(request.description(), clock.instant()),
                    request.scheduledSplitsConfig() == null ? design : resolved(state, design),
                    launch.progress());
        });
        return request.scheduledSplitsConfig() == null ? updated : warned(updated);
    }

    /**
     * Starts a launch. It gets no traffic before the time of its first step.
     *
     * @throws ValidationException when it has no steps
     * @throws ConflictException when it was started before, another launch of one of its features runs, or a feature or
     *     a variation does not exist; names all that are missing
     */
    public Launch start(ProjectRef project, String name) {
        return change(
                project, name, (state, launch) -> requireMayRun(state, launch.started(clock.instant(), identity)));
    }

    /** Warns of weights such as 50 and 50, which are most likely meant as percent. */
    private static Launch warned(Launch launch) {
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
                break;
            }
        }
        return launch;
    }
}
