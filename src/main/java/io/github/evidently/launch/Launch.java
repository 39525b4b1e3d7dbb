package io.github.evidently.launch;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A launch (model shape {@code Launch}).
 *
 * @param groups 1 to 5, of different names
 * @param steps 1 to 6 in the order of the request; null when it has no schedule yet
 * @param execution null until it is started
 */
public record Launch(
        String project,
        String name,
        @Nullable String description,
        List<LaunchGroup> groups,
        List<MetricMonitor> metricMonitors,
        String randomizationSalt,
        @Nullable List<ScheduledSplit> steps,
        Status status,
        @Nullable String statusReason,
        @Nullable Execution execution,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags)
        implements Resource<Launch> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "launch";

    /** The kind of these resources. */
    public static final Kind<Launch> LAUNCHES = new Kind<>(KIND, Launch.class);

    /** The only value of model shape {@code LaunchType}. */
    public static final String TYPE = "aws.evidently.splits";

    static final int GROUPS_MAX = 5;
    static final int MONITORS_MAX = 3;

    boolean isRunning() {
        return status == Status.RUNNING;
    }

    /** Tells whether one of its groups serves that feature. */
    boolean uses(String feature) {
        return groups.stream().anyMatch(group -> group.featureVariations().containsKey(feature));
    }

    Launch started(Instant now) {
        return withStatus(Status.RUNNING, statusReason, new Execution(now, null), now, tags);
    }

    Launch stopped(Status status, @Nullable String reason, Instant now) {
        if (execution == null) {
            throw new IllegalStateException("a launch that runs was started");
        }
        return withStatus(status, reason, execution.ended(now), now, tags);
    }

    @Override
    public Launch withTags(Map<String, String> tags, Instant now) {
        return withStatus(status, statusReason, execution, now, tags);
    }

    private Launch withStatus(
            Status status,
            @Nullable String statusReason,
            @Nullable Execution execution,
            Instant now,
            Map<String, String> tags) {
        return new Launch(
                project,
                name,
                description,
                groups,
                metricMonitors,
                randomizationSalt,
                steps,
                status,
                statusReason,
                execution,
                createdTime,
                now,
                tags);
    }
}
