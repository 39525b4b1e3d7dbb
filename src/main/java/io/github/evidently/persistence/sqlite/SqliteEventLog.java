package io.github.evidently.persistence.sqlite;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventBlob;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoredEvent;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Keeps the event log in the embedded database: one row per batch, in the order of commit. */
final class SqliteEventLog implements EventLog {

    private static final String INSERT = "INSERT INTO event_batch"
            + " (last_sequence, project_id, batch_id, received_time, event_count, events) VALUES (?, ?, ?, ?, ?, ?)";
    private static final String SELECT_LAST_SEQUENCE = "SELECT max(removed_event.last_sequence,"
            + " (SELECT coalesce(max(last_sequence), 0) FROM event_batch)) FROM removed_event";

    // The projects, which are few, are looked up. Of the batch that holds the given sequence only what comes after it
    // counts.
    private static final String COUNT_SLICE = """
            SELECT coalesce(sum(CASE WHEN name = coalesce(:project, name)
                                     THEN min(event_count, last_sequence - :after) END), 0),
                   coalesce(max(last_sequence), :end)
            FROM (SELECT last_sequence, event_count, project_id FROM event_batch
                  WHERE last_sequence > :from AND last_sequence <= :end ORDER BY last_sequence LIMIT :batches)
            LEFT JOIN open_log USING (project_id)
            """;

    // Some ten milliseconds.
    private static final int COUNT_SLICE_BATCHES = 5_000;

    private final Database database;
    private final OpenLogs openLogs;
    private final RetryWindow calls;
    private final Arrivals arrivals;
    private final WriteTask<Long> loadLastSequence = this::loadLastSequence;

    /** The sequence of the last event that the connection has written; used only by the committer's thread. */
    private long lastSequence;

    SqliteEventLog(Database database, OpenLogs openLogs, RetryWindow calls, Arrivals arrivals) {
        this.database = database;
        this.openLogs = openLogs;
        this.calls = calls;
        this.arrivals = arrivals;
        if (database.isReadThrough()) {
            requireIntact();
        }
    }

    /** Checks for damage that the structure of the database does not show. */
    private void requireIntact() {
        RowCallbackHandler check = row -> EventBlob.requireIntact(row.getBytes(1));
        try {
            database.read(client -> {
                client.sql("SELECT events FROM event_batch").query(check);
                return null;
            });
        } catch (IllegalStateException e) {
            throw database.damaged(e);
        }
    }

    @Override
    public List<UUID> append(List<EventBatch> batches) {
        List<byte[]> blobs =
                batches.stream().map(batch -> EventBlob.encode(batch.events())).toList();
        long bytes = blobs.stream().mapToLong(blob -> blob.length).sum();
        List<UUID> stored = database.append(bytes, transaction -> {
            // In the transaction and not before: a project that was deleted while the batches waited accepts no events.
            batches.forEach(this::requireOpenLog);
            List<UUID> ids = new ArrayList<>(batches.size());
            for (int i = 0; i < batches.size(); i++) {
                ids.add(insert(transaction, batches.get(i), blobs.get(i)));
            }
            return ids;
        });
        arrivals.arrived();
        return stored;
    }

    private void requireOpenLog(EventBatch batch) {
        if (!openLogs.contains(batch.projectKey())) {
            throw ResourceNotFoundException.dataPlane("project", String.valueOf(batch.projectKey()));
        }
    }

    private UUID insert(Transaction transaction, EventBatch batch, byte[] events) throws SQLException {
        UUID first = calls.firstBatch(transaction, batch);
        if (!first.equals(batch.id())) {
            return first;
        }
        transaction.once(loadLastSequence);
        int count = batch.events().size();
        lastSequence += count;
        PreparedStatement insert = transaction.statement(INSERT);
        insert.setLong(1, lastSequence);
        insert.setLong(2, batch.projectKey());
        insert.setBytes(3, UuidBytes.of(batch.id()));
        insert.setLong(4, batch.receivedTime().toEpochMilli());
        insert.setInt(5, count);
        insert.setBytes(6, events);
        insert.executeUpdate();
        transaction.advance(count);
        return batch.id();
    }

    /**
     * Loads the last sequence. If a transaction fails, its connection is closed and the next one asks the database
     * again.
     */
    private Long loadLastSequence(Transaction transaction) throws SQLException {
        try (ResultSet row = transaction.statement(SELECT_LAST_SEQUENCE).executeQuery()) {
            lastSequence = row.getLong(1);
        }
        return lastSequence;
    }

    /** Each slice has a snapshot of its own: the log of the database cannot restart while a query reads it (ADR 46). */
    @Override
    public Slice read(EventQuery query, int limit) {
        return new LogSlice(query, limit).read(database);
    }

    @Override
    public long lastSequence() {
        return database.read(
                client -> client.sql(SELECT_LAST_SEQUENCE).query(Long.class).single());
    }

    @Override
    public long count(EventQuery query) {
        if (query.type() == null
                && query.since() == null
                && query.until() == null
                && query.before() == Long.MAX_VALUE) {
            return countBatches(query);
        }
        long count = 0;
        for (StoredEvent _ : all(query)) {
            count++;
        }
        return count;
    }

    /** Adds up the sizes of batches without reading them, in slices as {@link #read}. */
    private long countBatches(EventQuery query) {
        long end = lastSequence();
        long from = query.after();
        long sum = 0;
        while (from < end) {
            long start = from;
            BatchCount slice = database.read(client -> client.sql(COUNT_SLICE)
                    .param("after", query.after())
                    .param("project", query.project())
                    .param("from", start)
                    .param("end", end)
                    .param("batches", COUNT_SLICE_BATCHES)
                    .query((row, _) -> new BatchCount(row.getLong(1), row.getLong(2)))
                    .single());
            sum += slice.events();
            from = slice.last();
        }
        return sum;
    }

    /** The number of events in some batches, and their last sequence. */
    private record BatchCount(long events, long last) {}
}
