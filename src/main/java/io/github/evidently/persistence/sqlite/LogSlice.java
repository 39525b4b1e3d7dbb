package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventQuery.Order;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A part of the event log that is read at once. It is bounded in rows, bytes and time, so that its snapshot is short
 * and it fits in memory.
 *
 * <p>It includes the rows of other projects. If the database left them out, a slice of a project with few events would
 * scan the whole log.
 *
 * @param after only batches whose last sequence is higher
 * @param end only batches whose last sequence is lower
 * @param rowsMax the maximum number of batches
 */
record LogSlice(long after, long end, Order order, int rowsMax) {

    // Most reads are of a page.
    private static final int FIRST_ROWS_MAX = 100;
    private static final int ROWS_MAX = 1_000;
    private static final long BYTES_MAX = 1024L * 1024;
    private static final Duration TIME_MAX = Duration.ofMillis(20);

    private static final String SELECT = """
            SELECT last_sequence, event_count, batch_id, name, received_time, events
            FROM event_batch LEFT JOIN open_log USING (project_id)
            WHERE last_sequence > :after AND last_sequence < :end
            """;

    /** A batch. Not a record, because it has an array. */
    static final class Row {

        final long lastSequence;
        final int eventCount;
        final UUID batchId;
        final @Nullable String project; // The project's name; null when it is deleted.
        final Instant receivedTime;
        final byte[] events;

        Row(ResultSet row) throws SQLException {
            this.lastSequence = row.getLong(1);
            this.eventCount = row.getInt(2);
            this.batchId = UuidBytes.parse(row.getBytes(3));
            this.project = row.getString(4);
            this.receivedTime = Instant.ofEpochMilli(row.getLong(5));
            this.events = row.getBytes(6);
        }
    }

    /**
     * The content of a slice.
     *
     * @param isLast whether it reaches the end of the log
     */
    record Content(List<Row> rows, boolean isLast) {}

    /** Returns the first slice of a query. */
    static LogSlice first(EventQuery query) {
        // A batch with an event before the end of the query never reaches further than that.
        long end = query.before() > Long.MAX_VALUE - EventIds.BATCH_MAX
                ? Long.MAX_VALUE
                : query.before() + EventIds.BATCH_MAX;
        return new LogSlice(query.after(), end, query.order(), FIRST_ROWS_MAX);
    }

    /** Reads at least one row, if there is one. */
    Content load(JdbcClient client) {
        return client.sql(SELECT
                        + (order == Order.NEWEST ? "ORDER BY last_sequence DESC" : "ORDER BY last_sequence")
                        + " LIMIT " + rowsMax)
                .param("after", after)
                .param("end", end)
                .query(this::take);
    }

    private Content take(ResultSet result) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long start = System.nanoTime();
        long bytes = 0;
        while (result.next()) {
            Row row = new Row(result);
            rows.add(row);
            bytes += row.events.length;
            if (bytes >= BYTES_MAX || System.nanoTime() - start >= TIME_MAX.toNanos()) {
                return new Content(rows, false);
            }
        }
        return new Content(rows, rows.size() < rowsMax);
    }

    /** Returns the slice that follows the given content of this one. */
    LogSlice following(Content content) {
        long reached = content.rows().getLast().lastSequence;
        return order == Order.NEWEST
                ? new LogSlice(after, reached, order, ROWS_MAX)
                : new LogSlice(reached, end, order, ROWS_MAX);
    }
}
