package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.ThrottlingException;
import java.util.List;
import java.util.UUID;

/**
 * The append-only log of accepted events.
 *
 * <p>Implementations are thread-safe and pass {@code EventLogContract}. An event belongs to a
 * project by its key: with the project's deletion its events are gone from every read and count, also for a project that is
 * created under the same name later.
 */
public interface EventLog {

    /**
     * Appends batches in their order, all or none, and returns when they are durable.
     *
     * <p>A batch whose {@code callKey} the project has seen, within the retry window, is a retry: it adds nothing, and the method
     * returns when the first one is durable. A batch that was not made durable has not been seen. Callers bound how much waits.
     *
     * @param batches at least one
     * @return the id of the stored batch for each of them: its own, or for a retry that of the first
     * @throws ResourceNotFoundException when the log of a project is not open; its message names the project's key
     * @throws InternalServerException when the store cannot make the batches durable
     * @throws ServiceUnavailableException when the store cannot be reached or is being closed. Where a store is another process,
     *     batches may be durable after either exception; a retry with the same {@code callKey} finds out.
     */
    List<UUID> append(List<EventBatch> batches);

    /**
     * Reads the next matching events.
     *
     * <p>A slice is bounded in events, bytes and time, so that its snapshot is short and it fits in memory. It sees all events whose
     * {@link #append} returned before the call. What is removed between two slices is missing in the later one.
     *
     * @param limit the maximum number of events, at least 1
     * @throws ThrottlingException when too many reads wait
     */
    Slice read(EventQuery query, int limit);

    /**
     * Returns the matching events that are stored now, read slice by slice while they are iterated.
     *
     * <p>Events that are appended meanwhile are left out; those that are removed may be. Iterating throws what {@link #read} throws.
     */
    default Iterable<StoredEvent> all(EventQuery query) {
        return () -> new EventIterator(this, query.withBefore(Math.min(query.before(), lastSequence() + 1)));
    }

    /** Returns the sequence of the last event that was appended, whether it is still in the log or not; 0 before the first. */
    long lastSequence();

    /** Counts the matching events. */
    long count(EventQuery query);
}
