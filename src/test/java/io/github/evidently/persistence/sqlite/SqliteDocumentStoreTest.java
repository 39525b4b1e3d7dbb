package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.DocumentStoreContract;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteDocumentStoreTest extends DocumentStoreContract {

    @TempDir
    Path directory;

    private Database database;

    @Override
    protected Stores open() {
        database = DatabaseFixture.open(directory);
        OpenLogs openLogs = new OpenLogs(database);
        DocumentStore documents = new SqliteDocumentStore(database, openLogs);
        EventLog events = new SqliteEventLog(
                database, openLogs, new RetryWindow(database, EventLogFixture.PROPERTIES), new Arrivals());
        return new Stores(documents, events);
    }

    @AfterEach
    void close() {
        database.close();
    }
}
