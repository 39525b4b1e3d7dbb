package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import java.nio.file.Path;

/**
 * A store: documents, the event log, cursors and tallies.
 *
 * <p>The server has one, which it chooses at start by {@code evidently.store.url}. Nothing outside of an implementation depends
 * on what it is made of. Closing it waits for commits in flight.
 */
public interface Persistence extends AutoCloseable {

    /** Returns the documents of the control plane. */
    DocumentStore documents();

    /** Returns the event log. */
    EventLog events();

    /** Returns how far the log's consumers have read. */
    Cursors cursors();

    /** Returns the tallies of experiments. */
    TallyStore tallies();

    /** Returns the latest rejections. */
    RejectionLog rejections();

    /** Tells whether other servers may use the place at the same time. */
    boolean isShared();

    /** Describes the place for the ready line, for example by the path of its file. */
    String description();

    /** Returns a writable directory for files that live as long as the server. */
    Path temporaryDirectory();

    /** Tells whether a change would be committed now; takes two seconds at most. */
    boolean canCommit();

    /**
     * Writes a consistent copy while changes go on.
     *
     * @return the copy, which is durable
     * @throws ThrottlingException when another copy is being written
     * @throws ValidationException when this kind of store has no backup
     * @throws InternalServerException when it cannot be written; nothing of it is left
     */
    Path backup();

    @Override
    void close();
}
