package io.github.evidently.event.sqlite;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventIds;
import io.github.evidently.event.EventProperties;
import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.EventType;
import io.github.evidently.event.ProjectEvent;
import io.github.evidently.event.StoredEvent;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.store.Database;
import io.github.evidently.store.Transaction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The event log in the embedded database; one row per event, in the order of their commits. */
@Component
class SqliteEventStore implements EventStore {

    private static final String INSERT =
            "INSERT INTO event (project_id, event_id, type, timestamp, received_time, data) VALUES ";
    private static final String ROW = "(?, ?, ?, ?, ?, ?)";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** Inserts of that many rows in one statement, the largest first: fewer statements cost less per row. */
    private static final List<Insert> INSERTS = List.of(new Insert(50), new Insert(10), new Insert(1));

    private record Insert(int rows, String sql) {
        Insert(int rows) {
            this(rows, INSERT + ROW + (", " + ROW).repeat(rows - 1));
        }
    }

    private final Database database;
    private final ProjectRegistry projects;
    private final ServerIdentity identity;
    private final CallWindow calls;
    private final Semaphore queue;

    SqliteEventStore(
            Database database,
            ProjectRegistry projects,
            ServerIdentity identity,
            CallWindow calls,
            EventProperties properties,
            MeterRegistry meters) {
        this.database = database;
        this.projects = projects;
        this.identity = identity;
        this.calls = calls;
        int queueSizeMax = properties.queueSizeMax();
        this.queue = new Semaphore(queueSizeMax);
        Gauge.builder("evidently.queue.events", queue, free -> queueSizeMax - free.availablePermits())
                .description("Events that wait for a commit")
                .register(meters);
    }

    @Override
    public UUID append(EventBatch batch) {
        int count = batch.events().size();
        if (!queue.tryAcquire(count)) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        try {
            return database.append(count, size(batch), transaction -> insert(transaction, batch));
        } finally {
            queue.release(count);
        }
    }

    private static long size(EventBatch batch) {
        long size = 0;
        for (ProjectEvent event : batch.events()) {
            size += event.data().length();
        }
        return size;
    }

    private UUID insert(Transaction transaction, EventBatch batch) throws SQLException {
        // Asked here and not by the caller: a project that was deleted while the batch waited takes no events.
        Project project = projects.find(batch.project())
                .orElseThrow(() -> ResourceNotFoundException.dataPlaneProject(identity.projectArn(batch.project())));
        UUID first = calls.firstBatch(transaction, project.id(), batch);
        if (!first.equals(batch.id())) {
            return first;
        }
        List<ProjectEvent> events = batch.events();
        long receivedTime = batch.receivedTime().toEpochMilli();
        int done = 0;
        for (Insert insert : INSERTS) {
            while (events.size() - done >= insert.rows()) {
                PreparedStatement statement = transaction.statement(insert.sql());
                int parameter = 1;
                for (int i = done; i < done + insert.rows(); i++) {
                    ProjectEvent event = events.get(i);
                    statement.setLong(parameter++, project.id());
                    statement.setBytes(parameter++, UuidBytes.of(EventIds.of(batch.id(), i)));
                    statement.setInt(parameter++, toCode(event.type()));
                    statement.setLong(parameter++, event.timestamp().toEpochMilli());
                    statement.setLong(parameter++, receivedTime);
                    statement.setString(parameter++, event.data());
                }
                statement.executeUpdate();
                done += insert.rows();
            }
        }
        return batch.id();
    }

    @Override
    public void read(EventQuery query, Predicate<StoredEvent> visitor) {
        database.read(client -> select(
                        client,
                        "SELECT event.sequence, project.name, event.received_time, event.event_id, event.type,"
                                + " event.timestamp, event.data",
                        query,
                        " ORDER BY event.sequence")
                .query(rows -> {
                    boolean wanted = true;
                    while (wanted && rows.next()) {
                        wanted = visitor.test(toStoredEvent(rows));
                    }
                    return wanted;
                }));
    }

    @Override
    public long count(EventQuery query) {
        return database.read(client ->
                select(client, "SELECT count(*)", query, "").query(Long.class).single());
    }

    /**
     * A cross join because SQLite keeps its order: the log is read by sequence, without sorting, and the projects, which
     * are few, are looked up. What belongs to none is left out.
     */
    private static JdbcClient.StatementSpec select(JdbcClient client, String select, EventQuery query, String order) {
        StringBuilder sql = new StringBuilder(select)
                .append(" FROM event CROSS JOIN project ON project.id = event.project_id WHERE event.sequence > ?");
        List<Object> parameters = new ArrayList<>();
        parameters.add(query.after());
        if (query.project() != null) {
            sql.append(" AND project.name = ?");
            parameters.add(query.project());
        }
        if (query.type() != null) {
            sql.append(" AND event.type = ?");
            parameters.add(toCode(query.type()));
        }
        if (query.since() != null) {
            sql.append(" AND event.timestamp >= ?");
            parameters.add(query.since().toEpochMilli());
        }
        if (query.until() != null) {
            sql.append(" AND event.timestamp < ?");
            parameters.add(query.until().toEpochMilli());
        }
        return client.sql(sql.append(order).toString()).params(parameters);
    }

    private static StoredEvent toStoredEvent(ResultSet row) throws SQLException {
        return new StoredEvent(
                row.getLong(1),
                UuidBytes.parse(row.getBytes(4)),
                row.getString(2),
                Instant.ofEpochMilli(row.getLong(3)),
                new ProjectEvent(toType(row.getInt(5)), Instant.ofEpochMilli(row.getLong(6)), row.getString(7)));
    }

    private static int toCode(EventType type) {
        return switch (type) {
            case EVALUATION -> 1;
            case CUSTOM -> 2;
        };
    }

    private static EventType toType(int code) {
        return switch (code) {
            case 1 -> EventType.EVALUATION;
            case 2 -> EventType.CUSTOM;
            default -> throw new IllegalStateException("the database has an event of the unknown type " + code);
        };
    }
}
