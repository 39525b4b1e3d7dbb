package io.github.evidently.persistence.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** Opens connections to the database file, with the settings that durability and speed depend on. */
final class SqliteConnections {

    // Twice SQLite's default: a tenth more events per second where requests bring single ones, nothing lost elsewhere.
    static final int PAGE_SIZE = 8_192;

    private static final Duration BUSY_WAIT_MAX = Duration.ofSeconds(5);

    private final String url;

    SqliteConnections(Path database) {
        this.url = "jdbc:sqlite:" + database;
    }

    /** Opens the database and creates it if it does not exist. Its page size cannot be set once it has a log. */
    Connection create() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setPageSize(PAGE_SIZE);
        config.setBusyTimeout((int) BUSY_WAIT_MAX.toMillis());
        return config.createConnection(url);
    }

    /** Returns a source of connections to the database, which must exist. */
    SQLiteDataSource dataSource() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setBusyTimeout((int) BUSY_WAIT_MAX.toMillis());
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0"); // See Checkpointer.
        config.setJournalSizeLimit(StoreDirectory.LOG_SIZE_KEPT_MAX);
        config.setGetGeneratedKeys(false); // Costs a query for each insert.
        SQLiteDataSource dataSource = new SQLiteDataSource(config);
        dataSource.setUrl(url);
        return dataSource;
    }
}
