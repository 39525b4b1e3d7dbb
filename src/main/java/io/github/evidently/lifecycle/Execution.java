package io.github.evidently.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a launch or an experiment was started and stopped (model shapes {@code LaunchExecution}, {@code ExperimentExecution}). */
public record Execution(Instant startedTime, @Nullable Instant endedTime) {

    /** Model shape as it is answered, in whole epoch seconds. */
    public record View(long startedTime, @Nullable Long endedTime) {}

    /** The same, ended. */
    public Execution ended(Instant now) {
        return new Execution(startedTime, now);
    }

    /** As it is answered. */
    public View view() {
        return new View(startedTime.getEpochSecond(), endedTime == null ? null : endedTime.getEpochSecond());
    }
}
