package io.github.evidently.lifecycle;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The status of a launch or an experiment, and when it was started and stopped.
 *
 * @param statusReason why it was stopped, in the words of the request
 * @param execution null until it is started
 */
public record Progress(
        Status status,
        @Nullable String statusReason,
        @Nullable Execution execution) {

    /** The progress of what was never started. */
    public static final Progress CREATED = new Progress(Status.CREATED, null, null);

    Progress started(Instant now) {
        return new Progress(Status.RUNNING, statusReason, new Execution(now, null));
    }

    Progress stopped(Status status, @Nullable String reason, Instant now) {
        if (execution == null) {
            throw new IllegalStateException("what runs was started");
        }
        return new Progress(status, reason, execution.ended(now));
    }
}
