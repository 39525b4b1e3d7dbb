package io.github.evidently.segment;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.resource.ServerIdentity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A launch or an experiment that uses a segment (model shape {@code RefResource}, whose members are all strings).
 *
 * @param startTime in epoch seconds, like the other times
 */
record RefResource(
        String arn,
        @Nullable String endTime,
        String lastUpdatedOn,
        String name,
        @Nullable String startTime,
        String status,
        String type) {

    /** The values of model shape {@code SegmentReferenceResourceType}. */
    enum Type {
        EXPERIMENT("experiment"),
        LAUNCH("launch");

        private final String kind;

        Type(String kind) {
            this.kind = kind;
        }

        /** Returns the name of the kind in ARNs. */
        String kind() {
            return kind;
        }
    }

    static RefResource of(LifecycleResource<?> user, ServerIdentity identity) {
        Execution execution = user.execution();
        return new RefResource(
                user.arn(identity),
                execution == null ? null : text(execution.endedTime()),
                String.valueOf(user.lastUpdatedTime().getEpochSecond()),
                user.name(),
                execution == null ? null : text(execution.startedTime()),
                user.status().name(),
                user.kind().type());
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : String.valueOf(time.getEpochSecond());
    }
}
