package io.github.evidently.event;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The append-only log of accepted events.
 *
 * <p>Implementations are thread-safe and pass {@code EventStoreContract}. An event belongs to a project as it is when
 * the event is appended; with the project's deletion its events are gone from every read and count, also for a project
 * that is created under the same name later.
 */
public interface EventStore {

    /**
     * Adds the events of a batch in their order, all or none, and returns when they are durable: a crash right after
     * loses none of them.
     *
     * <p>A batch whose {@code callKey} the project has seen, within the window that the store is configured for, is a
     * retry: nothing is added, and the method returns when the first one is durable. A batch that was not made durable
     * has not been seen.
     *
     * @return the id of the batch that is stored: the given one's, or for a retry that of the first
     * @throws ResourceNotFoundException when the project does not exist (any more)
     * @throws ThrottlingException when more events wait than the store takes; the same batch may be sent again
     * @throws InternalServerException when the store cannot make the batch durable; nothing of it will be seen
     */
    UUID append(EventBatch batch);

    /**
     * Adds batches of one project in their order, all or none, with one commit; for a caller who bounds what waits.
     *
     * @param projectId which of the projects that have or had its name: another one takes nothing
     * @param batches at least one, without call keys
     * @throws ResourceNotFoundException when that project does not exist any more
     * @throws InternalServerException when the store cannot make the batches durable; nothing of them will be seen
     */
    void appendAll(long projectId, List<EventBatch> batches);

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
