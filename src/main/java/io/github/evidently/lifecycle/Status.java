package io.github.evidently.lifecycle;

/**
 * Where a launch or an experiment stands (model shapes {@code LaunchStatus} and {@code ExperimentStatus}).
 *
 * <p>From {@code CREATED} by a start to {@code RUNNING}, from there by a stop to one of the last two, and never back.
 */
public enum Status {
    CREATED,
    /** A value of the model that this server never shows: changes are complete when they are answered. */
    UPDATING,
    RUNNING,
    COMPLETED,
    CANCELLED;

    /** Whether it can neither be started nor changed any more. */
    public boolean isFinished() {
        return this == COMPLETED || this == CANCELLED;
    }
}
