package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

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
     * @throws InternalServerException when the store cannot make the batches durable; nothing of them will be seen
     */
    List<UUID> append(List<EventBatch> batches);

    /**
     * Hands over matching events in the query's order until the visitor returns false or none is left.
     *
     * <p>All events whose {@link #append} returned before the call are seen, and none that is appended after it. What is removed
     * meanwhile may be seen or not. A slow visitor keeps nobody from writing.
     *
     * @throws ThrottlingException when too many reads wait; the visitor may have seen a part
     */
    void read(EventQuery query, Predicate<StoredEvent> visitor);

    /**
     * The sequence of the last event that a read would see now, whether it is still in the log or not; 0 before the first.
     */
    long lastSequence();

    /** How many events match. */
    long count(EventQuery query);
}
