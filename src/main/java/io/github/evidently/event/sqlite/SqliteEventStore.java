package io.github.evidently.event.sqlite;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.event.Arrivals;
import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventIds;
import io.github.evidently.event.EventProperties;
import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventQuery.Order;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.ProjectEvent;
import io.github.evidently.event.StoredEvent;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.store.Database;
import io.github.evidently.store.Transaction;
import io.github.evidently.store.Work;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The event log in the embedded database; one row per batch, in the order of their commits. */
@Component
class SqliteEventStore implements EventStore {

    private static final String INSERT = "INSERT INTO event_batch"
            + " (last_sequence, project_id, batch_id, received_time, event_count, events) VALUES (?, ?, ?, ?, ?, ?)";
    private static final String SELECT_LAST_SEQUENCE = "SELECT max(removed_event.last_sequence,"
            + " (SELECT coalesce(max(last_sequence), 0) FROM event_batch)) FROM removed_event";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Database database;
    private final ProjectRegistry projects;
    private final ServerIdentity identity;
    private final CallWindow calls;
    private final Arrivals arrivals;
    private final Semaphore queue;
    private final Work<Long> loadLastSequence = this::loadLastSequence;

    /** Of the last event that the connection has written; for the committer's thread alone. */
    private long lastSequence;

    SqliteEventStore(
            Database database,
            ProjectRegistry projects,
            ServerIdentity identity,
            CallWindow calls,
            Arrivals arrivals,
            EventProperties properties,
            MeterRegistry meters) {
        this.database = database;
        this.projects = projects;
        this.identity = identity;
        this.calls = calls;
        this.arrivals = arrivals;
        int queueSizeMax = properties.queueSizeMax();
        this.queue = new Semaphore(queueSizeMax);
        if (database.isReadThrough()) {
            requireIntact();
        }
        Gauge.builder("evidently.queue.events", queue, free -> queueSizeMax - free.availablePermits())
                .description("Events that wait for a commit")
                .register(meters);
    }

    /** Looks for damage that the structure of the database does not show. */
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
    public UUID append(EventBatch batch) {
        int count = batch.events().size();
        if (!queue.tryAcquire(count)) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        try {
            byte[] events = EventBlob.encode(batch.events());
            UUID stored = database.append(
                    events.length, transaction -> insert(transaction, projectOf(batch, _ -> true), batch, events));
            arrivals.arrived();
            return stored;
        } finally {
            queue.release(count);
        }
    }

    @Override
    public void appendAll(long projectId, List<EventBatch> batches) {
        List<byte[]> events =
                batches.stream().map(batch -> EventBlob.encode(batch.events())).toList();
        long bytes = events.stream().mapToLong(blob -> blob.length).sum();
        database.append(bytes, transaction -> {
            for (int i = 0; i < batches.size(); i++) {
                // Only the first can find that there is no such project: none is deleted within a transaction.
                EventBatch batch = batches.get(i);
                insert(transaction, projectOf(batch, found -> found.id() == projectId), batch, events.get(i));
            }
            return batches.size();
        });
        arrivals.arrived();
    }

    /** Asked in the transaction and not by the caller: a project that was deleted while the batch waited takes no events. */
    private Project projectOf(EventBatch batch, Predicate<Project> isMeant) {
        return projects.find(batch.project())
                .filter(isMeant)
                .orElseThrow(
                        () -> ResourceNotFoundException.dataPlane("project", identity.projectArn(batch.project())));
    }

    private UUID insert(Transaction transaction, Project project, EventBatch batch, byte[] events) throws SQLException {
        UUID first = calls.firstBatch(transaction, project.id(), batch);
        if (!first.equals(batch.id())) {
            return first;
        }
        transaction.once(loadLastSequence);
        int count = batch.events().size();
        lastSequence += count;
        PreparedStatement insert = transaction.statement(INSERT);
        insert.setLong(1, lastSequence);
        insert.setLong(2, project.id());
        insert.setBytes(3, UuidBytes.of(batch.id()));
        insert.setLong(4, batch.receivedTime().toEpochMilli());
        insert.setInt(5, count);
        insert.setBytes(6, events);
        insert.executeUpdate();
        transaction.advance(count);
        return batch.id();
    }

    /** Should a transaction fail, its connection goes with it and the next one asks the database again. */
    private Long loadLastSequence(Transaction transaction) throws SQLException {
        try (ResultSet row = transaction.statement(SELECT_LAST_SEQUENCE).executeQuery()) {
            lastSequence = row.getLong(1);
        }
        return lastSequence;
    }

    @Override
    public void read(EventQuery query, Predicate<StoredEvent> visitor) {
        database.read(client -> select(
                        client,
                        "SELECT last_sequence, event_count, batch_id, name, received_time, events",
                        query,
                        query.order() == Order.NEWEST ? " ORDER BY last_sequence DESC" : " ORDER BY last_sequence")
                .query(rows -> {
                    boolean wanted = true;
                    while (wanted && rows.next()) {
                        wanted = visit(rows, query, visitor);
                    }
                    return wanted;
                }));
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
            // Of the batch that holds the given sequence, only what comes after it.
            return database.read(client -> select(
                            client, "SELECT coalesce(sum(min(event_count, last_sequence - :after)), 0)", query, "")
                    .query(Long.class)
                    .single());
        }
        AtomicLong count = new AtomicLong();
        read(query, _ -> {
            count.incrementAndGet();
            return true;
        });
        return count.get();
    }

    /**
     * A cross join because SQLite keeps its order: the log is read by sequence, without sorting, and the projects, which
     * are few, are looked up. What belongs to none is left out.
     */
    private static JdbcClient.StatementSpec select(JdbcClient client, String select, EventQuery query, String order) {
        return client.sql(select
                        + " FROM event_batch CROSS JOIN project ON project.id = project_id"
                        + " WHERE last_sequence > :after AND last_sequence < :end AND name = coalesce(:project, name)"
                        + order)
                .param("after", query.after())
                .param("end", end(query))
                .param("project", query.project());
    }

    /** What no batch reaches that has an event before the end of the query. */
    private static long end(EventQuery query) {
        return query.before() > Long.MAX_VALUE - EventIds.BATCH_MAX
                ? Long.MAX_VALUE
                : query.before() + EventIds.BATCH_MAX;
    }

    /** Hands over the matching events of a batch; returns whether more are wanted. */
    private static boolean visit(ResultSet row, EventQuery query, Predicate<StoredEvent> visitor) throws SQLException {
        long lastSequence = row.getLong(1);
        int count = row.getInt(2);
        UUID batchId = UuidBytes.parse(row.getBytes(3));
        String project = row.getString(4);
        Instant receivedTime = Instant.ofEpochMilli(row.getLong(5));
        List<ProjectEvent> events;
        try {
            events = EventBlob.decode(row.getBytes(6));
        } catch (IllegalStateException e) {
            throw new IllegalStateException("the database is damaged in the batch up to event " + lastSequence, e);
        }
        boolean wanted = true;
        for (int place = 0; place < count && wanted; place++) {
            int i = query.order() == Order.NEWEST ? count - 1 - place : place;
            long sequence = lastSequence - count + 1 + i;
            ProjectEvent event = events.get(i);
            if (query.includes(sequence) && matches(event, query)) {
                wanted = visitor.test(new StoredEvent(sequence, EventIds.of(batchId, i), project, receivedTime, event));
            }
        }
        return wanted;
    }

    private static boolean matches(ProjectEvent event, EventQuery query) {
        Instant timestamp = event.timestamp();
        return (query.type() == null || query.type() == event.type())
                && (query.since() == null || !timestamp.isBefore(query.since()))
                && (query.until() == null || timestamp.isBefore(query.until()));
    }
}
