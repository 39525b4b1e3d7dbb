package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.EventBlob;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventQuery.Order;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Reads a slice of the event log: some batches by one statement, bounded in events and bytes by the server and in time by its
 * {@code statement_timeout}.
 *
 * <p>The rows of other projects count, too. If the database left them out, a slice of a project with few events would
 * scan the whole log.
 */
record LogSlice(EventQuery query, int limit) {

    private static final long BYTES_MAX = 1024L * 1024;
    private static final int ROWS_MAX = 2_000;

    // The sizes of values are known without reading them.
    private static final String SELECT = """
            SELECT last_sequence, event_count, batch_id, name, received_time, events, candidates
            FROM (
                SELECT *, count(*) OVER () AS candidates,
                       sum(event_count) OVER before - event_count AS events_before,
                       sum(octet_length(events)) OVER before - octet_length(events) AS bytes_before
                FROM (
                    SELECT last_sequence, event_count, batch_id, project_key, received_time, events
                    FROM event_batch
                    WHERE last_sequence > :after AND last_sequence < :end AND last_sequence - event_count + 1 < :before
                    ORDER BY last_sequence %1$s LIMIT :rows) AS candidate
                WINDOW before AS (ORDER BY last_sequence %1$s)) AS measured
            LEFT JOIN open_log USING (project_key)
            WHERE events_before < :limit AND bytes_before < :bytes
            ORDER BY last_sequence %1$s
            """;

    private static final String OLDEST = SELECT.formatted("ASC");
    private static final String NEWEST = SELECT.formatted("DESC");

    /** A batch. Not a record, because it has an array. */
    private static final class Row {

        private final long lastSequence;
        private final int eventCount;
        private final UUID batchId;
        private final @Nullable String project; // The project's name; null when it is deleted.
        private final Instant receivedTime;
        private final byte[] events;
        private final int candidates;

        Row(ResultSet row) throws SQLException {
            this.lastSequence = row.getLong(1);
            this.eventCount = row.getInt(2);
            this.batchId = row.getObject(3, UUID.class);
            this.project = row.getString(4);
            this.receivedTime = Instant.ofEpochMilli(row.getLong(5));
            this.events = row.getBytes(6);
            this.candidates = row.getInt(7);
        }

        long firstSequence() {
            return lastSequence - eventCount + 1;
        }
    }

    Slice read(ConnectionPool pool) {
        int rowsMax = Math.min(limit, ROWS_MAX);
        List<Row> rows = pool.read(client -> load(client, rowsMax));
        List<StoredEvent> found = new ArrayList<>();
        for (Row row : rows) {
            addMatching(row, found);
            if (found.size() >= limit) {
                return new Slice(found, query.following(found.getLast().sequence()));
            }
        }
        boolean isLast = rows.isEmpty() || (rows.size() == rows.getLast().candidates && rows.size() < rowsMax);
        return new Slice(found, isLast ? null : query.following(reached(rows.getLast())));
    }

    private long reached(Row last) {
        return query.order() == Order.NEWEST ? last.firstSequence() : last.lastSequence;
    }

    /** Loads at least one row, if there is one. */
    private List<Row> load(JdbcClient client, int rowsMax) {
        return client.sql(query.order() == Order.NEWEST ? NEWEST : OLDEST)
                .param("after", query.after())
                .param("end", end())
                .param("before", query.before())
                .param("rows", rowsMax)
                .param("limit", limit)
                .param("bytes", BYTES_MAX)
                .query((row, _) -> new Row(row))
                .list();
    }

    /** Returns a sequence that no batch with an event of the query reaches. */
    private long end() {
        return query.before() > Long.MAX_VALUE - EventIds.BATCH_MAX
                ? Long.MAX_VALUE
                : query.before() + EventIds.BATCH_MAX;
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
