package io.github.evidently.launch;

import io.github.evidently.lifecycle.CreateRequest;
import io.github.evidently.metric.MetricMonitor;
import io.github.evidently.resource.Name;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of CreateLaunch (model shape {@code CreateLaunchRequest}). */
public record CreateLaunchRequest(
        @Nullable @Size(max = 160) String description,

        @NotNull @Size(min = 1, max = Launch.GROUPS_MAX) List<@NotNull @Valid LaunchGroupConfig> groups,

        @Nullable @Size(max = Launch.MONITORS_MAX) List<@NotNull @Valid MetricMonitor> metricMonitors,

        @NotNull @Name String name,
        @Nullable @Size(max = 127) String randomizationSalt,
        @Nullable @Valid ScheduledSplitsLaunchConfig scheduledSplitsConfig,

        @Nullable @Size(max = 50) Map<@TagKey String, @TagValue String> tags)
        implements CreateRequest {}
