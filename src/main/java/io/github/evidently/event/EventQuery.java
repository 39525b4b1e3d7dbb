package io.github.evidently.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events to read or count; a null matches every event.
 *
 * @param project the project's name
 * @param since the earliest timestamp
 * @param until the timestamp before which an event must be
 * @param after the sequence that comes before the first one wanted; 0 for the first of all
 */
public record EventQuery(
        @Nullable String project,
        @Nullable EventType type,
        @Nullable Instant since,
        @Nullable Instant until,
        long after) {

    /** Every event. */
    public static final EventQuery ALL = new EventQuery(null, null, null, null, 0);
}
