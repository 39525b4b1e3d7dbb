package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.MemoryRejectionLog;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.RejectionLog;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.github.evidently.persistence.TallyStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;

/** Keeps the state in an embedded SQLite database. */
public final class SqlitePersistence implements Persistence {

    private final Database database;
    private final DocumentStore documents;
    private final EventLog events;
    private final Cursors cursors;
    private final TallyStore tallies;
    private final RejectionLog rejections = new MemoryRejectionLog();
    private final Backups backups;
    private final Housekeeping housekeeping;

    /**
     * Opens or creates the database.
     *
     * @throws StoreUnusableException when it cannot be used
     */
    public SqlitePersistence(
            StoreProperties store, EventLogProperties eventLog, Arrivals arrivals, Clock clock, MeterRegistry meters) {
        this.database = new Database(store, meters);
        try {
            OpenLogs openLogs = new OpenLogs(database);
            RetryWindow calls = new RetryWindow(database, eventLog);
            this.documents = new SqliteDocumentStore(database, openLogs);
            this.events = new SqliteEventLog(database, openLogs, calls, arrivals);
            this.cursors = new SqliteCursors(database);
            this.tallies = new SqliteTallyStore(database);
            this.backups = new Backups(database, clock);
            this.housekeeping = new Housekeeping(
                    new DeletedEventsPurge(database), new Retention(database, eventLog, meters), calls, clock);
        } catch (RuntimeException e) {
            database.close();
            throw e;
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
        return false;
    }

    @Override
    public String description() {
        return database.file().toAbsolutePath().toString();
    }

    @Override
    public Path temporaryDirectory() {
        return database.temporaryDirectory();
    }

    @Override
    public boolean canCommit() {
        return database.canCommit();
    }

    @Override
    public Path backup() {
        return backups.write();
    }

    @Override
    public void close() {
        housekeeping.close();
        database.close();
    }
}
