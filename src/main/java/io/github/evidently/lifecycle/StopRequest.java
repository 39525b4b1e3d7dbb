package io.github.evidently.lifecycle;

import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The body of StopLaunch and StopExperiment.
 *
 * @param desiredState null for {@code COMPLETED}
 * @param reason becomes the {@code statusReason}
 */
public record StopRequest(
        @Nullable DesiredState desiredState,
        @Nullable @Size(max = 160) String reason) {

    /** Model shapes {@code LaunchStopDesiredState} and {@code ExperimentStopDesiredState}. */
    public enum DesiredState {
        COMPLETED,
        CANCELLED
    }

    /** Returns the status that follows. */
    public Status status() {
        return desiredState == DesiredState.CANCELLED ? Status.CANCELLED : Status.COMPLETED;
    }
}
