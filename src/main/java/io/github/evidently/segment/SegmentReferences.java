package io.github.evidently.segment;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.state.State;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds what uses segments: launches, or experiments. Thread-safe. */
public interface SegmentReferences {

    /** The values of model shape {@code SegmentReferenceResourceType}. */
    enum Type {
        EXPERIMENT,
        LAUNCH
    }

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

        /**
         * Returns a reference, with the times as strings.
         *
         * @param execution null until it is started
         */
        public static RefResource of(
                String arn,
                String name,
                String type,
                Status status,
                @Nullable Execution execution,
                Instant lastUpdatedTime) {
            return new RefResource(
                    arn,
                    execution == null ? null : text(execution.endedTime()),
                    String.valueOf(lastUpdatedTime.getEpochSecond()),
                    name,
                    execution == null ? null : text(execution.startedTime()),
                    status.name(),
                    type);
        }

        private static @Nullable String text(@Nullable Instant time) {
            return time == null ? null : String.valueOf(time.getEpochSecond());
        }
    }

    /** Returns the kind of these references. */
    Type type();

    /** Returns what uses the segment of that name, whatever its status. */
    Stream<RefResource> of(State state, String segment);
}
