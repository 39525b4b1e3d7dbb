package io.github.evidently.lifecycle;

/**
 * The status of a launch or an experiment (model shapes {@code LaunchStatus} and {@code ExperimentStatus}).
 *
 * <p>A start leads from {@code CREATED} to {@code RUNNING}, a stop from there to one of the last two. There is no way
 * back.
 */
public enum Status {
    CREATED,
    /** A value of the model that this server never returns: changes are complete when they are answered. */
    UPDATING,
    RUNNING,
    COMPLETED,
    CANCELLED;

    /** Tells whether variations are served. */
    public boolean isRunning() {
        return this == RUNNING;
    }

    /** Tells whether it can no longer be started or changed. */
    public boolean isFinished() {
        return this == COMPLETED || this == CANCELLED;
    }
}
