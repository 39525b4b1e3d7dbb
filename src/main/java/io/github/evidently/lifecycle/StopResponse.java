package io.github.evidently.lifecycle;

import org.jspecify.annotations.Nullable;

/** The answer of StopLaunch and StopExperiment, in whole epoch seconds. */
public record StopResponse(@Nullable Long endedTime) {

    /** Returns the response with the end of an execution. */
    public static StopResponse of(@Nullable Execution execution) {
        return new StopResponse(execution == null ? null : execution.view().endedTime());
    }
}
