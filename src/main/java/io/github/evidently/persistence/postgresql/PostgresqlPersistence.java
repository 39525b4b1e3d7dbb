package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.ValidationException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.RejectionLog;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.github.evidently.persistence.TallyStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.springframework.util.FileSystemUtils;

/** Keeps the state in a PostgreSQL database, which several nodes may share. */
public final class PostgresqlPersistence implements Persistence {

    private static final Duration PROBE_WAIT_MAX = Duration.ofSeconds(2);
    private static final Duration PROBE_AGE_MAX = Duration.ofSeconds(1);

    private final String description;
    private final ConnectionPool pool;
    private final EventCommitter committer;
    private final ChangeListener changes;
    private final DocumentStore documents;
    private final EventLog events;
    private final Cursors cursors;
    private final TallyStore tallies;
    private final RejectionLog rejections;
    private final Housekeeping housekeeping;
    private final Path temporaryDirectory;

    /**
     * Connects, and brings the schema to the version that this server knows.
     *
     * @throws StoreUnusableException when the database cannot be used, or not safely
     */
    public PostgresqlPersistence(
            StoreProperties store, EventLogProperties eventLog, Arrivals arrivals, MeterRegistry meters) {
        PostgresqlConnections migrating = new PostgresqlConnections(store, SessionLimits.MIGRATION);
        this.description = migrating.description();
        prepare(migrating);
        try {
            this.temporaryDirectory = Files.createTempDirectory("evidently-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        PostgresqlConnections committing = new PostgresqlConnections(store, SessionLimits.COMMITTER);
        boolean detectsRetries = !eventLog.retryWindow().isZero();
        this.pool = new ConnectionPool(new PostgresqlConnections(store, SessionLimits.POOL), store.poolSize());
        this.committer =
                new EventCommitter(() -> new AppendTransaction(committing.getConnection(), detectsRetries), meters);
        this.changes = new ChangeListener(new PostgresqlConnections(store, SessionLimits.POOL));
        this.documents = new PostgresqlDocumentStore(pool, changes);
        this.events = new PostgresqlEventLog(pool, committer, arrivals);
        this.cursors = new PostgresqlCursors(pool);
        this.tallies = new PostgresqlTallyStore(pool);
        this.rejections = new PostgresqlRejectionLog(pool);
        this.housekeeping = new Housekeeping(pool, eventLog, meters);
    }

    private void prepare(PostgresqlConnections connections) {
        try (Connection _ = connections.getConnection()) { // Says what is wrong more plainly than Flyway.
            new SchemaMigration(connections).migrate();
        } catch (SQLException | FlywayException | StoreUnusableException e) {
            throw StoreFailures.cannotOpen(description, e);
        }
    }

    @Override
    public DocumentStore documents() {
        return documents;
    }

    @Override
    public EventLog events() {
        return events;
    }

    @Override
    public Cursors cursors() {
        return cursors;
    }

    @Override
    public TallyStore tallies() {
        return tallies;
    }

    @Override
    public RejectionLog rejections() {
        return rejections;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public Path temporaryDirectory() {
        return temporaryDirectory;
    }

    /** Makes a small commit when the last one is some time ago or failed: an idle node does not notice that a database is away. */
    @Override
    public boolean canCommit() {
        return committer.committedWithin(PROBE_AGE_MAX) || committer.tryCommit(PROBE_WAIT_MAX);
    }

    @Override
    public Path backup() {
        throw ValidationException.other("A store in PostgreSQL is backed up by its own tools, such as pg_dump");
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    @Override
    public void close() {
        housekeeping.close();
        committer.close();
        changes.close();
        pool.close();
        try {
            boolean _ = FileSystemUtils.deleteRecursively(temporaryDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
