package io.github.evidently.event.sqlite;

import io.github.evidently.event.EventProperties;
import io.github.evidently.store.Database;
import io.github.evidently.store.Work;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/**
 * Removes the oldest events when they are too old or too many, as far as the configuration asks for it.
 *
 * <p>In small steps between which events are appended. The file does not shrink; what comes next fills it again.
 */
@Component
class Retention {

    // Some milliseconds of work, so that those who append do not wait for it.
    private static final int STEP_BATCHES = 100;

    private static final String REMOVE_OLDEST = """
            DELETE FROM event_batch WHERE last_sequence <= (
                SELECT max(last_sequence)
                FROM (SELECT last_sequence, received_time FROM event_batch ORDER BY last_sequence LIMIT ?)
                WHERE received_time < ?)
            """;

    private final Database database;
    private final Duration ageMax;
    private final long sizeMax;

    Retention(Database database, EventProperties properties, MeterRegistry meters) {
        this.database = database;
        this.ageMax = properties.retention();
        this.sizeMax = properties.retentionSize().toBytes();
        Gauge.builder("evidently.event.oldest", this, Retention::oldestSeconds)
                .description("When the oldest event on disk was received, in seconds since 1970; NaN without events")
                .register(meters);
    }

    /** Removes what is not to be kept. */
    void run(Instant now) {
        long receivedBefore = now.minus(ageMax).toEpochMilli();
        boolean more = !ageMax.isZero();
        while (more) {
            more = removeOldest(receivedBefore) > 0;
        }
        more = sizeMax > 0;
        while (more) {
            more = usedBytes() > sizeMax && removeOldest(Long.MAX_VALUE) > 0;
        }
    }

    /** Removes a few of the oldest batches, if they are older than that, and returns how many. */
    private int removeOldest(long receivedBefore) {
        Work<Integer> step = transaction -> {
            PreparedStatement remove = transaction.statement(REMOVE_OLDEST);
            remove.setInt(1, STEP_BATCHES);
            remove.setLong(2, receivedBefore);
            return remove.executeUpdate();
        };
        return database.write(step, _ -> {});
    }

    /** What the data takes, without the room in the file that is free to be used again. */
    private long usedBytes() {
        return database.read(client -> client.sql("SELECT (page_count - freelist_count) * page_size"
                        + " FROM pragma_page_count, pragma_freelist_count, pragma_page_size")
                .query(Long.class)
                .single());
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
