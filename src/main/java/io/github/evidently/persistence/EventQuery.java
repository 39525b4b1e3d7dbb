package io.github.evidently.persistence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Selects the events to read or count, and their order; a component that is null matches every event.
 *
 * @param project the project's name
 * @param since the earliest timestamp
 * @param until the timestamp before which an event must be
 * @param after only events with a higher sequence; 0 for all
 * @param before only events with a lower sequence; {@link Long#MAX_VALUE} for all
 * @param order in which they are read
 */
public record EventQuery(
        @Nullable String project,
        @Nullable EventType type,
        @Nullable Instant since,
        @Nullable Instant until,
        long after,
        long before,
        Order order) {

    /** Every event, the oldest first. */
    public static final EventQuery ALL = new EventQuery(null, null, null, null, 0);

    /** By sequence. */
    public enum Order {
        OLDEST,
        NEWEST
    }

    /** The oldest first, up to the end of the log. */
    public EventQuery(
            @Nullable String project,
            @Nullable EventType type,
            @Nullable Instant since,
            @Nullable Instant until,
            long after) {
        this(project, type, since, until, after, Long.MAX_VALUE, Order.OLDEST);
    }

    /** The same of what comes after that sequence. */
    public EventQuery withAfter(long after) {
        return new EventQuery(project, type, since, until, after, before, order);
    }

    /** The same of what comes before that sequence. */
    public EventQuery withBefore(long before) {
        return new EventQuery(project, type, since, until, after, before, order);
    }

    /** Returns the query for what follows an event in the order of this one. */
    public EventQuery following(long sequence) {
        return order == Order.NEWEST ? withBefore(sequence) : withAfter(sequence);
    }

    /** Whether an event of that sequence may match. */
    public boolean includes(long sequence) {
        return sequence > after && sequence < before;
    }

    /** Whether type and timestamp of an event match. */
    public boolean matches(ProjectEvent event) {
        return (type == null || type == event.type())
                && (since == null || !event.timestamp().isBefore(since))
                && (until == null || event.timestamp().isBefore(until));
    }
}
