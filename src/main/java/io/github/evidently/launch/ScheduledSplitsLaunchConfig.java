package io.github.evidently.launch;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/** Model shape {@code ScheduledSplitsLaunchConfig}. */
public record ScheduledSplitsLaunchConfig(
        @NotNull @Size(min = 1, max = 6) List<@NotNull @Valid ScheduledSplit> steps) {}
