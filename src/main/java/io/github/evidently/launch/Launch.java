package io.github.evidently.launch;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Kind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A launch (model shape {@code Launch}): serves variations to growing shares of the traffic, step by step. */
public record Launch(
        @JsonUnwrapped Metadata metadata,
        @JsonUnwrapped LaunchDesign design,
        @JsonUnwrapped Progress progress) implements LifecycleResource<Launch> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "launch";

    /** The kind of these resources. */
    public static final Kind<Launch> LAUNCHES = new Kind<>(KIND, Launch.class);

    static final LifecycleKind<Launch> LIFECYCLE = new LifecycleKind<>(
            LAUNCHES, "Launch", "aws.evidently.splits", ResourceKind.LAUNCH, ResourceKind.RUNNING_LAUNCH);

    static final int GROUPS_MAX = 5;
    static final int MONITORS_MAX = 3;

    @Override
    public LifecycleKind<Launch> kind() {
        return LIFECYCLE;
    }

    /** Returns the 1 to 5 groups. */
    public List<LaunchGroup> groups() {
        return design.groups();
    }

    /** Returns the metrics that it watches. */
    public List<MetricMonitor> metricMonitors() {
        return design.metricMonitors();
    }

    /** Returns the salt that decides, together with an entity, on its group. */
    public String randomizationSalt() {
        return design.randomizationSalt();
    }

    /** Returns the 1 to 6 steps in the order of the request; null when it has no schedule yet. */
    public @Nullable List<ScheduledSplit> steps() {
        return design.steps();
    }

    @Override
    public List<LaunchGroup> alternatives() {
        return design.groups();
    }

    @Override
    public boolean usesSegment(String segment) {
        return design.usesSegment(segment);
    }

    @Override
    public Launch with(Metadata metadata, Progress progress) {
        return new Launch(metadata, design, progress);
    }

    /**
     * Returns it started.
     *
     * @throws ConflictException when it was started before
     * @throws ValidationException when it has no steps
     */
    @Override
    public Launch started(Instant now, ServerIdentity identity) {
        Launch started = LifecycleResource.super.started(now, identity);
        if (steps() == null) {
            throw ValidationException.field("scheduledSplitsConfig", "A launch needs steps to be started");
        }
        return started;
    }

    /** The model has no conflict for StopLaunch. */
    @Override
    public ValidationException notRunning(String message, ServerIdentity identity) {
        return ValidationException.other(message);
    }

    /**
     * Makes sure that its status allows an update. While it runs, only the description, the metrics and the schedule can
     * change.
     *
     * @throws ConflictException when it does not
     */
    void requireChangeable(UpdateLaunchRequest request, ServerIdentity identity) {
        requireChangeable(identity);
        if (status().isRunning() && (request.groups() != null || request.randomizationSalt() != null)) {
            throw conflict("Groups and salt of a running launch cannot be changed", identity);
        }
    }
}
