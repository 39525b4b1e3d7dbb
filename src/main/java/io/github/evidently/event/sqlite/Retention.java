package io.github.evidently.event.sqlite;

import io.github.evidently.event.EventProperties;
import io.github.evidently.store.Database;
import io.github.evidently.store.Work;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * Removes the oldest events when they are too old or take too much, as far as the configuration asks for it.
 *
 * <p>In small steps between which events are appended. The file does not shrink; what comes next fills it again.
 */
@Component
class Retention {

    // Some milliseconds of work, so that those who append do not wait for it.
    private static final int STEP_BATCHES = 100;
    private static final long STEP_BYTES = 4L * 1024 * 1024;

    // The oldest batches up to the first that is not old enough or has so many bytes before it. The clock may go back.
    private static final String REMOVE_OLDEST = """
            DELETE FROM event_batch WHERE last_sequence <= (
                SELECT max(last_sequence)
                FROM (
                    SELECT last_sequence, max(received_time) OVER before AS newest, sum(size) OVER before - size AS size_before
                    FROM (
                        SELECT last_sequence, received_time, length(events) AS size
                        FROM event_batch ORDER BY last_sequence LIMIT ?)
                    WINDOW before AS (ORDER BY last_sequence))
                WHERE newest < ? AND size_before < ?)
            RETURNING event_count
            """;

    // Reads the trees of what is asked for and no other.
    private static final String SIZE_OF_ALL_ELSE = """
            SELECT coalesce(sum(pgsize), 0)
            FROM sqlite_schema CROSS JOIN dbstat ON dbstat.name = sqlite_schema.name AND aggregate = 1
            WHERE sqlite_schema.name <> 'event_batch' AND rootpage > 0
            """;

    private final Database database;
    private final Duration ageMax;
    private final long sizeMax;
    private final Counter aged;
    private final Counter displaced;

    Retention(Database database, EventProperties properties, MeterRegistry meters) {
        this.database = database;
        this.ageMax = properties.retention();
        this.sizeMax = properties.retentionSize().toBytes();
        this.aged = counter(meters, "age");
        this.displaced = counter(meters, "size");
        Gauge.builder("evidently.event.oldest", this, Retention::oldestSeconds)
                .description("When the oldest event on disk was received, in seconds since 1970; NaN without events")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String reason) {
        return Counter.builder("evidently.events.removed")
                .description("Events that retention has removed")
                .tag("reason", reason)
                .register(meters);
    }

    /** Removes what is not to be kept. */
    void run(Instant now) {
        if (!ageMax.isZero()) {
            long receivedBefore = now.minus(ageMax).toEpochMilli();
            while (removeOldest(receivedBefore, STEP_BYTES, aged)) {
                // More may be as old.
            }
        }
        if (sizeMax > 0 && usedBytes() > sizeMax) {
            // What else is stored, such as calls that may be repeated, is no reason to remove events.
            long kept = sizeMax + bytes(SIZE_OF_ALL_ELSE);
            long excess = usedBytes() - kept;
            while (excess > 0 && removeOldest(Long.MAX_VALUE, Math.min(excess, STEP_BYTES), displaced)) {
                excess = usedBytes() - kept;
            }
        }
    }

    /** Removes a few of the oldest batches, if they are older than that, and returns whether there were any. */
    private boolean removeOldest(long receivedBefore, long bytes, Counter removed) {
        Work<Long> step = transaction -> {
            PreparedStatement remove = transaction.statement(REMOVE_OLDEST);
            remove.setInt(1, STEP_BATCHES);
            remove.setLong(2, receivedBefore);
            remove.setLong(3, bytes);
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

    /** What the data takes, without the room in the file that is free to be used again. */
    private long usedBytes() {
        return bytes("SELECT (page_count - freelist_count) * page_size"
                + " FROM pragma_page_count, pragma_freelist_count, pragma_page_size");
    }

    private long bytes(String query) {
        return database.read(client -> client.sql(query).query(Long.class).single());
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
