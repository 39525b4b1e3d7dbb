package io.github.evidently.persistence.postgresql;

import java.time.Duration;

/**
 * How long a session with the database may take, so that neither side waits for ever for the other.
 *
 * @param statement how long the server works on a statement; zero for no limit
 * @param lock how long a statement waits for a lock
 * @param idle how long a transaction may wait for its client, and in all where the server knows that limit
 * @param answer how long the client waits for an answer
 */
record SessionLimits(Duration statement, Duration lock, Duration idle, Duration answer) {

    /** How long the client waits for a connection. */
    static final Duration CONNECT = Duration.ofSeconds(2);

    /** For the committer: whatever it holds, other nodes may wait for. */
    static final SessionLimits COMMITTER = new SessionLimits(
            Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(4), Duration.ofSeconds(5));

    /** For reads and changes. */
    static final SessionLimits POOL = new SessionLimits(
            Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(10), Duration.ofSeconds(12));

    /** For migrations, which may wait for those of another node. */
    static final SessionLimits MIGRATION =
            new SessionLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMinutes(10));
}
