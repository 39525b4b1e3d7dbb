package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.TrustedTime;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the oldest events when they exceed the configured age or size.
 *
 * <p>Events that a consumer of the log has not read yet are kept, for a day since it last moved and up to twice the
 * size.
 *
 * <p>It works in small steps between which events are appended. The file does not shrink; later events fill it again.
 *
 * <p>The age of events that arrived since the start is measured on the monotonic clock. That of older events is
 * measured on the wall clock, as far as it can be trusted (ADR 47).
 */
final class Retention {

    // Some milliseconds of work, so that appends do not wait for it.
    private static final int STEP_BATCHES = 100;
    private static final long STEP_BYTES = 4L * 1024 * 1024;

    // The number of marks that divide the configured age: events may be kept longer by that fraction of it.
    private static final int MARKS_MAX = 1_000;

    private static final Duration REMEMBER_EVERY = Duration.ofHours(1);

    /** How long retention waits for the consumer that is furthest behind, since it last moved. */
    static final Duration HELD_MAX = Duration.ofDays(1);

    /** Up to how many times the configured size retention waits for consumers. */
    private static final int HELD_SIZES_MAX = 2;

    // The oldest batches up to the first that is not old enough or has so many bytes before it. The clock may go back.
    private static final String REMOVE_OLDEST = """
            DELETE FROM event_batch WHERE last_sequence <= (
                SELECT max(last_sequence)
                FROM (
                    SELECT last_sequence, max(received_time) OVER before AS newest, sum(size) OVER before - size AS size_before
                    FROM (
                        SELECT last_sequence, received_time, length(events) AS size
                        FROM event_batch WHERE last_sequence <= ? ORDER BY last_sequence LIMIT ?)
                    WINDOW before AS (ORDER BY last_sequence))
                WHERE newest < ? AND size_before < ?)
            RETURNING event_count
            """;

    // Reads only the trees of these tables.
    private static final String SIZE_OF_ALL_ELSE = """
            SELECT coalesce(sum(pgsize), 0)
            FROM sqlite_schema CROSS JOIN dbstat ON dbstat.name = sqlite_schema.name AND aggregate = 1
            WHERE sqlite_schema.name <> 'event_batch' AND rootpage > 0
            """;

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private final Database database;
    private final Duration ageMax;
    private final long sizeMax;
    private final Counter aged;
    private final Counter displaced;

    /** The last event that existed before the server started. */
    private final long lastBeforeStart;

    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private @Nullable TrustedTime time;
    private long lastSeen;
    private @Nullable Long rememberedNanoTime;
    private volatile double oldest;
    private @Nullable Long slowestPosition;
    private long slowestSince;

    /** All events up to a sequence had arrived at that time. */
    private record Mark(long nanoTime, long lastSequence) {}

    Retention(Database database, EventLogProperties properties, MeterRegistry meters) {
        this.database = database;
        this.ageMax = properties.retention();
        this.sizeMax = properties.retentionSize().toBytes();
        this.aged = counter(meters, "age");
        this.displaced = counter(meters, "size");
        this.lastBeforeStart = lastSequence();
        this.lastSeen = lastBeforeStart;
        this.oldest = oldestSeconds();
        // Not read with each scrape, which would have to wait for readers.
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
     * Deletes what need not be kept.
     *
     * @param now on the wall clock
     * @param nanoTime the time on the clock of {@link System#nanoTime()}
     */
    void run(Instant now, long nanoTime) {
        TrustedTime trusted = trustedTime(now, nanoTime);
        Instant reached = trusted.advance(now, nanoTime);
        long held = heldAfter(nanoTime);
        if (!ageMax.isZero()) {
            removeAged(Long.MAX_VALUE, Math.min(held, lastArrivedBefore(nanoTime)));
            removeAged(reached.minus(ageMax).toEpochMilli(), Math.min(held, lastBeforeStart));
            remember(reached, nanoTime);
        }
        removeDisplaced(held);
        oldest = oldestSeconds();
    }

    /** Records the time, so that a jump before the first run is noticed. */
    void begin(Instant now, long nanoTime) {
        TrustedTime _ = trustedTime(now, nanoTime);
    }

    private TrustedTime trustedTime(Instant now, long nanoTime) {
        if (time == null) {
            time = new TrustedTime(ageMax.isZero() ? null : known(), now, nanoTime);
        }
        return time;
    }

    private void removeAged(long receivedBefore, long upTo) {
        while (removeOldest(receivedBefore, upTo, STEP_BYTES, aged)) {
            // More events may be as old.
        }
    }

    /** Returns the last event that certainly arrived so long ago; 0 when there is none. */
    private long lastArrivedBefore(long nanoTime) {
        if (marks.isEmpty() || nanoTime - marks.getLast().nanoTime() >= ageMax.toNanos() / MARKS_MAX) {
            // Everything seen at the last run had arrived by now.
            marks.addLast(new Mark(nanoTime, lastSeen));
        }
        lastSeen = lastSequence();
        long last = 0;
        while (!marks.isEmpty() && nanoTime - marks.getFirst().nanoTime() >= ageMax.toNanos()) {
            last = marks.removeFirst().lastSequence();
        }
        return last;
    }

    /**
     * Returns a time that has certainly passed: the recorded one, or when the newest event was received; null without
     * either.
     */
    private @Nullable Instant known() {
        return database.<Optional<Long>>read(client -> client.sql(
                                "SELECT coalesce((SELECT max(millis) FROM retention_time),"
                                        + " (SELECT received_time FROM event_batch ORDER BY last_sequence DESC LIMIT 1), -1)")
                        .query(Long.class)
                        .optional())
                .filter(millis -> millis >= 0)
                .map(Instant::ofEpochMilli)
                .orElse(null);
    }

    /** Records the time for the next start. */
    private void remember(Instant reached, long nanoTime) {
        if (rememberedNanoTime != null && nanoTime - rememberedNanoTime < REMEMBER_EVERY.toNanos()) {
            return;
        }
        database.write(
                transaction -> {
                    transaction.statement("DELETE FROM retention_time").executeUpdate();
                    PreparedStatement insert = transaction.statement("INSERT INTO retention_time VALUES (?)");
                    insert.setLong(1, reached.toEpochMilli());
                    return insert.executeUpdate();
                },
                _ -> {});
        rememberedNanoTime = nanoTime;
    }

    /** Returns the last event that every consumer has read; the last of all when there is no consumer to wait for. */
    private long heldAfter(long nanoTime) {
        Long slowest = database.<Optional<Long>>read(
                        client -> client.sql("SELECT min(sequence) FROM consumer_position HAVING count(*) > 0")
                                .query(Long.class)
                                .optional())
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

    private void removeDisplaced(long held) {
        if (sizeMax > 0 && usedBytes() > sizeMax) {
            // Other stored data, such as calls that may be repeated, is not a reason to delete events.
            long kept = sizeMax + number(SIZE_OF_ALL_ELSE);
            long excess = usedBytes() - kept;
            while (excess > 0
                    && removeOldest(
                            Long.MAX_VALUE,
                            excess > (HELD_SIZES_MAX - 1) * sizeMax ? Long.MAX_VALUE : held,
                            Math.min(excess, STEP_BYTES),
                            displaced)) {
                excess = usedBytes() - kept;
            }
        }
    }

    /**
     * Deletes a few of the oldest batches up to a sequence, if they are older than that; returns whether there were
     * any.
     */
    private boolean removeOldest(long receivedBefore, long upTo, long bytes, Counter removed) {
        WriteTask<Long> step = transaction -> {
            PreparedStatement remove = transaction.statement(REMOVE_OLDEST);
            remove.setLong(1, upTo);
            remove.setInt(2, STEP_BATCHES);
            remove.setLong(3, receivedBefore);
            remove.setLong(4, bytes);
            long events = 0;
            try (ResultSet rows = remove.executeQuery()) {
                while (rows.next()) {
                    events += rows.getLong(1);
                }
            }
            return events;
        };
        long events = database.write(step, _ -> {});
        removed.increment((double) events);
        return events > 0;
    }

    /** Returns the size of the data, without the free room in the file. */
    private long usedBytes() {
        return number("SELECT (page_count - freelist_count) * page_size"
                + " FROM pragma_page_count, pragma_freelist_count, pragma_page_size");
    }

    private long number(String query) {
        return database.read(client -> client.sql(query).query(Long.class).single());
    }

    private long lastSequence() {
        return number("SELECT coalesce(max(last_sequence), 0) FROM event_batch");
    }

    private double oldestSeconds() {
        return database.read(
                client -> client.sql("SELECT received_time FROM event_batch ORDER BY last_sequence LIMIT 1")
                        .query(Long.class)
                        .optional()
                        .map(millis -> millis / 1000.0)
                        .orElse(Double.NaN));
    }
}
