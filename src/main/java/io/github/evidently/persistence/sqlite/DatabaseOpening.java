package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;

/** Opens the database at start, and checks that it is the server's own, undamaged and complete. */
final class DatabaseOpening {

    private final StoreDirectory directory;
    private final SqliteConnections connections;

    DatabaseOpening(StoreDirectory directory, SqliteConnections connections) {
        this.directory = directory;
        this.connections = connections;
    }

    /** Opens or creates the database, so that there is a log. */
    Connection open() throws SQLException, IOException {
        requireReadableLog();
        SqliteLibrary.load(directory.temporary());
        Connection connection = connections.create();
        try (Statement statement = connection.createStatement()) {
            requireOurs(statement);
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("SELECT count(*) FROM sqlite_schema");
            return connection;
        } catch (SQLException | StoreUnusableException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Checks the content, migrates the schema and renews the identity.
     *
     * @param isReadThrough whether to check the structure of the whole file
     */
    void prepare(Connection opened, boolean isReadThrough) throws SQLException, IOException {
        if (isReadThrough) {
            requireIntact(opened);
        }
        migrate(opened);
        renewIdentity(opened);
    }

    /** Requires that the log can be read: SQLite would skip the part that it cannot read. */
    private void requireReadableLog() throws IOException {
        if (Files.exists(directory.log()) && LogCheck.isDamaged(directory.log())) {
            throw new StoreUnusableException(
                    "The write-ahead log " + directory.log().toAbsolutePath()
                            + " is damaged: events that were acknowledged cannot be read.",
                    "Restore the database from a backup, or delete the files evidently.* beside it to start without data.",
                    null);
        }
    }

    /**
     * Requires that the database is ours: if it has tables, it has that of Flyway, which is created before all others.
     */
    private void requireOurs(Statement statement) throws SQLException {
        try (ResultSet others = statement.executeQuery("SELECT count(*) FROM sqlite_schema"
                + " WHERE type = 'table' HAVING max(name = 'flyway_schema_history') = 0")) {
            if (others.next()) {
                throw new StoreUnusableException(
                        "The database " + directory.database().toAbsolutePath() + " is of another program.",
                        "Set evidently.store.directory (EVIDENTLY_STORE_DIRECTORY) to a directory of the server's own.",
                        null);
            }
        }
    }

    /** Checks the structure of the file for damage. */
    private void requireIntact(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (!result.getString(1).equals("ok")) {
                throw StoreFailures.damaged(directory.database(), new SQLException(result.getString(1)));
            }
        }
    }

    /**
     * Migrates the schema. Before that, the database must have what was acknowledged: a log put back later would not
     * fit.
     */
    private void migrate(Connection opened) throws SQLException {
        SchemaMigration migration = new SchemaMigration(directory.database(), connections.dataSource());
        try {
            directory.requireReached(StorePosition.read(opened));
            migration.migrate();
        } catch (StoreUnusableException | FlywayException e) {
            migration.requireNotNewer();
            throw e;
        }
    }

    /**
     * Gives the database another identity than all copies of earlier runs, and empties the log, which is that of the
     * last run.
     */
    private void renewIdentity(Connection opened) throws SQLException, IOException {
        if (!Checkpointer.emptyLog(opened)) {
            return; // Another program is reading.
        }
        int next = StoreIdentity.next();
        directory.prepareIdentity(next);
        StoreIdentity.write(opened, next);
        if (Checkpointer.emptyLog(opened)) {
            directory.confirmIdentity();
        }
    }
}
