package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.state.ControlPlaneContract;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteControlPlaneTest extends ControlPlaneContract {

    @TempDir
    Path directory;

    private @Nullable Database database;

    @Override
    protected DocumentStore open() {
        close();
        Database opened = DatabaseFixture.open(directory);
        database = opened;
        return new SqliteDocumentStore(opened, new OpenLogs(opened));
    }

    @AfterEach
    void close() {
        if (database != null) {
            database.close();
        }
    }
}
