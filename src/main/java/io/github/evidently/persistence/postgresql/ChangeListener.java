package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.EvidentlyException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the notifications that {@link PostgresqlDocumentStore} sends with each commit, on a connection of its own. For one
 * thread, but for {@link #close}.
 */
final class ChangeListener implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChangeListener.class);

    private final PostgresqlConnections connections;
    private volatile @Nullable Connection listening;

    ChangeListener(PostgresqlConnections connections) {
        this.connections = connections;
    }

    /**
     * Waits for a notification. Returns at once when it has just begun to listen: what was committed before is not announced.
     *
     * @throws EvidentlyException when the database is away
     */
    void await(Duration timeout) {
        try {
            Connection connection = listening;
            if (connection == null) {
                listening = listen();
            } else {
                var _ = connection.unwrap(PGConnection.class).getNotifications(Math.max(1, (int) timeout.toMillis()));
            }
        } catch (SQLException | RuntimeException e) {
            close();
            throw StoreFailures.answer(e);
        }
    }

    private Connection listen() throws SQLException {
        Connection connection = connections.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + channel(statement));
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static String channel(Statement statement) throws SQLException {
        try (ResultSet name = statement.executeQuery("SELECT " + PostgresqlDocumentStore.CHANNEL)) {
            name.next();
            return name.getString(1);
        }
    }

    @Override
    public void close() {
        Connection connection = listening;
        listening = null;
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                log.debug("a connection could not be closed", e);
            }
        }
    }
}
