package io.github.evidently.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The start and end times of a launch or an experiment (model shapes {@code LaunchExecution},
 * {@code ExperimentExecution}).
 */
public record Execution(Instant startedTime, @Nullable Instant endedTime) {

    /** The model shape as the API returns it, in whole epoch seconds. */
    public record View(long startedTime, @Nullable Long endedTime) {}

    /** Returns the same execution, ended. */
    public Execution ended(Instant now) {
        return new Execution(startedTime, now);
    }

    /** Returns the form that the API returns. */
    public View view() {
        return new View(startedTime.getEpochSecond(), endedTime == null ? null : endedTime.getEpochSecond());
    }
}
