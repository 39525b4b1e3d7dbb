package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoredEvent;
import java.util.List;
import java.util.UUID;

/** Keeps the event log in PostgreSQL: one row per batch, in the order of commit over all nodes. */
final class PostgresqlEventLog implements EventLog {

    // The projects, which are few, are looked up. Of the batch that holds the given sequence only what comes after it
    // counts.
    private static final String COUNT_SLICE = """
            SELECT coalesce(sum(least(event_count, last_sequence - :after))
                                FILTER (WHERE name = coalesce(:project::text, name)), 0),
                   coalesce(max(last_sequence), :end)
            FROM (SELECT last_sequence, event_count, project_key FROM event_batch
                  WHERE last_sequence > :from AND last_sequence <= :end ORDER BY last_sequence LIMIT :batches) AS slice
            LEFT JOIN open_log USING (project_key)
            """;

    // Some ten milliseconds.
    private static final int COUNT_SLICE_BATCHES = 20_000;

    private final ConnectionPool pool;
    private final EventCommitter committer;
    private final Arrivals arrivals;

    PostgresqlEventLog(ConnectionPool pool, EventCommitter committer, Arrivals arrivals) {
        this.pool = pool;
        this.committer = committer;
        this.arrivals = arrivals;
    }

    @Override
    public List<UUID> append(List<EventBatch> batches) {
        List<UUID> stored =
                committer.append(batches.stream().map(EncodedBatch::new).toList());
        arrivals.arrived();
        return stored;
    }

    @Override
    public Slice read(EventQuery query, int limit) {
        return new LogSlice(query, limit).read(pool);
    }

    @Override
    public long lastSequence() {
        return pool.read(client -> client.sql("SELECT last_sequence FROM event_counter")
                .query(Long.class)
                .single());
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
            BatchCount slice = pool.read(client -> client.sql(COUNT_SLICE)
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
