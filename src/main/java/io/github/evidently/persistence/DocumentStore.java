package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import java.time.Duration;
import java.util.List;

/**
 * Stores the documents of the control plane, with atomic conditional writes.
 *
 * <p>The version counts writes, so no two commits and no two writes of one commit share a number. Implementations are
 * thread-safe and pass {@code DocumentStoreContract}.
 */
public interface DocumentStore {

    /** Returns the version of the documents without reading them. */
    long version();

    /** Reads all documents at one version. */
    Snapshot load();

    /**
     * Waits until the documents have another version, but no longer than the timeout. Called by one thread at a time, and only
     * where the store is {@linkplain Persistence#isShared shared}.
     *
     * <p>Returning early is allowed, and so is missing a change: callers read the version afterwards. This default waits for the
     * whole timeout.
     *
     * @param version that the caller knows of
     * @throws InternalServerException when the store cannot tell
     */
    default void awaitChange(long version, Duration timeout) throws InterruptedException {
        Thread.sleep(timeout);
    }

    /**
     * Makes all the writes in their order, or none, and returns when they are durable.
     *
     * <p>An event that was appended before belongs to a project that a {@link Write.CloseLog} of the commit closes; one that is
     * appended later is refused.
     *
     * @param expectedVersion the version that the writes are based on
     * @param writes at least one
     * @throws InternalServerException when the store cannot commit; the writes may be durable all the same, which
     *     {@link #version} tells
     * @throws ServiceUnavailableException when the store is being closed
     */
    Commit commit(long expectedVersion, List<Write> writes);
}
