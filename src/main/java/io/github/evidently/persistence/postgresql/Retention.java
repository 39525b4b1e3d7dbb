package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.TrustedTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Deletes the oldest events when they exceed the configured age or size.
 *
 * <p>Events that a consumer of the log has not read yet are kept, for a day since it last moved and up to twice the size. It works
 * in small steps between which events are appended. The age is measured on the clock of the database, as far as it can be trusted
 * (ADR 47), and the size by what the events have, as the tables of the database do not shrink.
 *
 * <p>Each node observes, so that each can go on where another has stopped; one at a time deletes. For one thread.
 */
final class Retention {

    // Some milliseconds of work.
    private static final int STEP_BATCHES = 500;
    private static final long STEP_BYTES = 4L * 1024 * 1024;

    private static final Duration REMEMBER_EVERY = Duration.ofHours(1);

    /** How long retention waits for the consumer that is furthest behind, since it last moved. */
    static final Duration HELD_MAX = Duration.ofDays(1);

    /** Up to how many times the configured size retention waits for consumers. */
    private static final int HELD_SIZES_MAX = 2;

    // The oldest batches up to the first that is not old enough or has so many bytes before it. The clock may go back.
    private static final String REMOVE_OLDEST = """
            WITH removed AS (
                DELETE FROM event_batch WHERE last_sequence <= (
                    SELECT max(last_sequence)
                    FROM (
                        SELECT last_sequence, max(stored_time) OVER before AS newest,
                               sum(size) OVER before - size AS size_before
                        FROM (
                            SELECT last_sequence, stored_time, octet_length(events) AS size
                            FROM event_batch WHERE last_sequence <= :upTo ORDER BY last_sequence LIMIT :batches) AS oldest
                        WINDOW before AS (ORDER BY last_sequence)) AS measured
                    WHERE newest < :before AND size_before < :bytes)
                RETURNING event_count, octet_length(events) AS size),
            counted AS (
                UPDATE event_removal SET bytes = bytes + (SELECT coalesce(sum(size), 0) FROM removed)
                WHERE EXISTS (SELECT FROM removed))
            SELECT coalesce(sum(event_count), 0) FROM removed
            """;

    private static final String REMEMBER = """
            INSERT INTO retention_time (millis) VALUES (?) ON CONFLICT (singleton) DO UPDATE SET millis = excluded.millis
            """;

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private final Duration ageMax;
    private final long sizeMax;
    private final Counter aged;
    private final Counter displaced;
    private @Nullable TrustedTime time;
    private Instant reached = Instant.EPOCH;
    private long held;
    private @Nullable Long rememberedNanoTime;
    private @Nullable Long slowestPosition;
    private long slowestSince;
    private volatile double oldest = Double.NaN;

    Retention(EventLogProperties properties, MeterRegistry meters) {
        this.ageMax = properties.retention();
        this.sizeMax = properties.retentionSize().toBytes();
        this.aged = counter(meters, "age");
        this.displaced = counter(meters, "size");
        Gauge.builder("evidently.event.oldest", this, retention -> retention.oldest)
                .description("When the oldest event on disk was received, in seconds since 1970; NaN without events")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String reason) {
        return Counter.builder("evidently.events.removed")
                .description("Events that retention has removed")
                .tag("reason", reason)
                .register(meters);
    }

    /**
     * Reads the clock of the database and how far the consumers are.
     *
     * @param nanoTime the time on the clock of {@link System#nanoTime()}
     */
    void observe(JdbcClient client, long nanoTime) {
        observe(
                client,
                Instant.ofEpochMilli(number(client, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")),
                nanoTime);
    }

    /**
     * Does so by another clock.
     *
     * @param now on that clock
     */
    void observe(JdbcClient client, Instant now, long nanoTime) {
        if (time == null) {
            time = new TrustedTime(ageMax.isZero() ? null : known(client), now, nanoTime);
        }
        reached = time.advance(now, nanoTime);
        held = heldAfter(client, nanoTime);
        oldest = client.sql("SELECT received_time FROM event_batch ORDER BY last_sequence LIMIT 1")
                .query(Long.class)
                .optional()
                .map(millis -> millis / 1000.0)
                .orElse(Double.NaN);
    }

    /** Deletes what need not be kept, as of the last observation. */
    void remove(JdbcClient client, long nanoTime) {
        if (!ageMax.isZero()) {
            while (removeOldest(client, reached.minus(ageMax).toEpochMilli(), held, STEP_BYTES, aged)) {
                // More events may be as old.
            }
            remember(client, nanoTime);
        }
        removeDisplaced(client);
    }

    private void removeDisplaced(JdbcClient client) {
        if (sizeMax == 0) {
            return;
        }
        while (true) {
            long excess = excess(client);
            long unheld = excess - (HELD_SIZES_MAX - 1) * sizeMax;
            long upTo = unheld > 0 ? Long.MAX_VALUE : held;
            long bytes = Math.min(unheld > 0 ? unheld : excess, STEP_BYTES);
            if (excess <= 0 || !removeOldest(client, Long.MAX_VALUE, upTo, bytes, displaced)) {
                return;
            }
        }
    }

    private long excess(JdbcClient client) {
        return number(client, "SELECT event_counter.bytes - event_removal.bytes FROM event_counter, event_removal")
                - sizeMax;
    }

    /** Deletes a few of the oldest batches up to a sequence, if they are older than that; returns whether there were any. */
    private static boolean removeOldest(JdbcClient client, long storedBefore, long upTo, long bytes, Counter removed) {
        long events = client.sql(REMOVE_OLDEST)
                .param("upTo", upTo)
                .param("batches", STEP_BATCHES)
                .param("before", storedBefore)
                .param("bytes", bytes)
                .query(Long.class)
                .single();
        removed.increment((double) events);
        return events > 0;
    }

    /** Returns a time that has certainly passed: the recorded one, or when the newest event was stored; null without either. */
    private static @Nullable Instant known(JdbcClient client) {
        long millis = number(client, """
                SELECT coalesce((SELECT max(millis) FROM retention_time),
                                (SELECT stored_time FROM event_batch ORDER BY last_sequence DESC LIMIT 1), -1)
                """);
        return millis < 0 ? null : Instant.ofEpochMilli(millis);
    }

    /** Records the time for the next start. */
    private void remember(JdbcClient client, long nanoTime) {
        if (rememberedNanoTime != null && nanoTime - rememberedNanoTime < REMEMBER_EVERY.toNanos()) {
            return;
        }
        client.sql(REMEMBER).param(reached.toEpochMilli()).update();
        rememberedNanoTime = nanoTime;
    }

    /** Returns the last event that every consumer has read; the last of all when there is no consumer to wait for. */
    private long heldAfter(JdbcClient client, long nanoTime) {
        Long slowest = client.sql("SELECT min(sequence) FROM consumer_position HAVING count(*) > 0")
                .query(Long.class)
                .optional()
                .orElse(null);
        if (slowest == null || !slowest.equals(slowestPosition)) {
            slowestPosition = slowest;
            slowestSince = nanoTime;
        }
        if (slowest == null) {
            return Long.MAX_VALUE;
        }
        if (nanoTime - slowestSince < HELD_MAX.toNanos()) {
            return slowest;
        }
        log.warn("A consumer has read no event after {} for {}: retention waits for it no longer", slowest, HELD_MAX);
        return Long.MAX_VALUE;
    }

    private static long number(JdbcClient client, String query) {
        return client.sql(query).query(Long.class).single();
    }
}
