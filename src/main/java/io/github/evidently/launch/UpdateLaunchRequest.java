package io.github.evidently.launch;

import io.github.evidently.metric.MetricMonitor;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of UpdateLaunch (model shape {@code UpdateLaunchRequest}); an absent member leaves that of the launch
 * unchanged.
 */
record UpdateLaunchRequest(
        @Nullable @Size(max = 160) String description,

        @Nullable @Size(min = 1, max = Launch.GROUPS_MAX) List<@NotNull @Valid LaunchGroupConfig> groups,

        @Nullable @Size(max = Launch.MONITORS_MAX) List<@NotNull @Valid MetricMonitor> metricMonitors,

        @Nullable @Size(max = 127) String randomizationSalt,
        @Nullable @Valid ScheduledSplitsLaunchConfig scheduledSplitsConfig) {}
