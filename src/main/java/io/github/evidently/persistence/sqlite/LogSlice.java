package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.EventBlob;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventQuery.Order;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoredEvent;
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
 * Reads a slice of the event log: some batches at once. It is bounded in events, bytes and time, so that its snapshot is
 * short and it fits in memory.
 *
 * <p>The rows of other projects count, too. If the database left them out, a slice of a project with few events would
 * scan the whole log.
 */
record LogSlice(EventQuery query, int limit) {

    private static final long BYTES_MAX = 1024L * 1024;
    private static final Duration TIME_MAX = Duration.ofMillis(20);

    private static final String SELECT = """
            SELECT last_sequence, event_count, batch_id, name, received_time, events
            FROM event_batch LEFT JOIN open_log USING (project_id)
            WHERE last_sequence > :after AND last_sequence < :end
            """;

    /** A batch. Not a record, because it has an array. */
    private static final class Row {

        private final long lastSequence;
        private final int eventCount;
        private final UUID batchId;
        private final @Nullable String project; // The project's name; null when it is deleted.
        private final Instant receivedTime;
        private final byte[] events;

        Row(ResultSet row) throws SQLException {
            this.lastSequence = row.getLong(1);
            this.eventCount = row.getInt(2);
            this.batchId = UuidBytes.parse(row.getBytes(3));
            this.project = row.getString(4);
            this.receivedTime = Instant.ofEpochMilli(row.getLong(5));
            this.events = row.getBytes(6);
        }

        long firstSequence() {
            return lastSequence - eventCount + 1;
        }
    }

    /**
     * Some batches.
     *
     * @param isLast whether they reach the end of the log
     */
    private record Content(List<Row> rows, boolean isLast) {}

    Slice read(Database database) {
        Content content = database.read(this::load);
        List<StoredEvent> found = new ArrayList<>();
        for (Row row : content.rows) {
            addMatching(row, found);
            if (found.size() >= limit) {
                return new Slice(found, query.following(found.getLast().sequence()));
            }
        }
        return new Slice(found, content.isLast ? null : query.following(reached(content.rows.getLast())));
    }

    private long reached(Row last) {
        return query.order() == Order.NEWEST ? last.firstSequence() : last.lastSequence;
    }

    /** Loads at least one row, if there is one. */
    private Content load(JdbcClient client) {
        return client.sql(SELECT
                        + (query.order() == Order.NEWEST ? "ORDER BY last_sequence DESC" : "ORDER BY last_sequence"))
                .param("after", query.after())
                .param("end", end())
                .query(this::take);
    }

    /** Returns a sequence that no batch with an event of the query reaches. */
    private long end() {
        return query.before() > Long.MAX_VALUE - EventIds.BATCH_MAX
                ? Long.MAX_VALUE
                : query.before() + EventIds.BATCH_MAX;
    }

    private Content take(ResultSet result) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long start = System.nanoTime();
        long events = 0;
        long bytes = 0;
        while (result.next()) {
            Row row = new Row(result);
            if (row.firstSequence() >= query.before()) {
                continue; // It is only below the end of the query by its size.
            }
            rows.add(row);
            events += row.eventCount;
            bytes += row.events.length;
            if (events >= limit || bytes >= BYTES_MAX || System.nanoTime() - start >= TIME_MAX.toNanos()) {
                return new Content(rows, false);
            }
        }
        return new Content(rows, true);
    }

    /** Adds the matching events of a batch up to the limit. */
    private void addMatching(Row row, List<StoredEvent> found) {
        String project = row.project;
        if (project == null || (query.project() != null && !project.equals(query.project()))) {
            return;
        }
        List<ProjectEvent> events;
        try {
            events = EventBlob.decode(row.events);
        } catch (IllegalStateException e) {
            throw new IllegalStateException("the database is damaged in the batch up to event " + row.lastSequence, e);
        }
        for (int place = 0; place < row.eventCount && found.size() < limit; place++) {
            int i = query.order() == Order.NEWEST ? row.eventCount - 1 - place : place;
            long sequence = row.firstSequence() + i;
            ProjectEvent event = events.get(i);
            if (query.includes(sequence) && query.matches(event)) {
                found.add(new StoredEvent(sequence, EventIds.of(row.batchId, i), project, row.receivedTime, event));
            }
        }
    }
}
