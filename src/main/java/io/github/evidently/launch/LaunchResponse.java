package io.github.evidently.launch;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.resource.ServerIdentity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of CreateLaunch, GetLaunch, UpdateLaunch and StartLaunch. */
record LaunchResponse(Details launch) {

    /** Model shape {@code ScheduledSplitsLaunchDefinition}. */
    record ScheduledSplitsDefinition(List<Step> steps) {}

    /** Model shape {@code ScheduledSplit}. */
    record Step(Map<String, Long> groupWeights, List<SegmentOverrideView> segmentOverrides, long startTime) {}

    /** Model shape {@code SegmentOverride}; the segment is its ARN. */
    record SegmentOverrideView(long evaluationOrder, String segment, Map<String, Long> weights) {}

    /** Model shape {@code Launch}, times in whole epoch seconds. */
    record Details(
            String arn,
            long createdTime,
            @Nullable String description,
            Execution.@Nullable View execution,
            List<LaunchGroup> groups,
            long lastUpdatedTime,
            List<MetricMonitor> metricMonitors,
            String name,
            String project,
            String randomizationSalt,
            @Nullable ScheduledSplitsDefinition scheduledSplitsDefinition,
            Status status,
            @Nullable String statusReason,
            Map<String, String> tags,
            String type) {

        static Details of(Launch launch, ServerIdentity identity) {
            return new Details(
                    launch.arn(identity),
                    launch.createdTime().getEpochSecond(),
                    launch.description(),
                    launch.execution() == null ? null : launch.execution().view(),
                    launch.groups(),
                    launch.lastUpdatedTime().getEpochSecond(),
                    launch.metricMonitors(),
                    launch.name(),
                    identity.projectArn(launch.project()),
                    launch.randomizationSalt(),
                    launch.steps() == null ? null : definition(launch.steps(), identity),
                    launch.status(),
                    launch.statusReason(),
                    launch.tags(),
                    launch.kind().type());
        }

        private static ScheduledSplitsDefinition definition(List<ScheduledSplit> steps, ServerIdentity identity) {
            return new ScheduledSplitsDefinition(steps.stream()
                    .map(step -> new Step(
                            step.groupWeights(),
                            step.overrides().stream()
                                    .map(override -> new SegmentOverrideView(
                                            override.evaluationOrder(),
                                            identity.segmentArn(override.segment()),
                                            override.weights()))
                                    .toList(),
                            step.startTime().getEpochSecond()))
                    .toList());
        }
    }
}
