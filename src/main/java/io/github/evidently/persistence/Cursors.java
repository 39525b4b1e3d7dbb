package io.github.evidently.persistence;

/**
 * Durable positions of the consumers of the event log.
 *
 * <p>Retention removes no event that a consumer has not read yet. Implementations are thread-safe.
 */
public interface Cursors {

    /**
     * Returns the sequence of the last event that the consumer has read; 0 before its first.
     *
     * @param consumer a name that stays the same over restarts
     */
    long position(String consumer);

    /**
     * Moves a consumer on and returns when that is durable.
     *
     * @param from the position that the caller read on from
     * @param to the sequence of the last event that it has read since, higher than {@code from}
     * @return false when the position is not {@code from} any more, because another node has moved it
     */
    boolean advance(String consumer, long from, long to);

    /** Forgets a consumer, so that retention waits for it no longer. */
    void remove(String consumer);
}
