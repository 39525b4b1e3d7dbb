package io.github.evidently.persistence.postgresql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.ThrottlingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs reads and changes on a few connections. Reads leave two of them to changes and to housekeeping. Thread-safe.
 *
 * <p>While the database is away, whatever is asked fails within {@link #WAIT_MAX} and a connection attempt.
 */
final class ConnectionPool implements AutoCloseable {

    /** How long a caller waits for a connection. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private static final int KEPT_FROM_READS = 2;
    private static final int WAITING_READS_MAX = 200;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final HikariDataSource pool;
    private final JdbcClient client;
    private final Semaphore reads;
    private volatile boolean closed;

    /** A change in a transaction. */
    interface Change<T extends @Nullable Object> {
        T execute(Connection connection) throws SQLException;
    }

    ConnectionPool(PostgresqlConnections connections, int size) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("evidently-postgresql");
        config.setDataSource(connections);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(WAIT_MAX.toMillis());
        config.setValidationTimeout(Duration.ofSeconds(1).toMillis());
        config.setInitializationFailTimeout(-1); // The database has answered already; later it may be away.
        this.pool = new HikariDataSource(config);
        this.client = JdbcClient.create(pool);
        this.reads = new Semaphore(size - KEPT_FROM_READS);
    }

    /**
     * Runs a query in a transaction of its own.
     *
     * @throws ThrottlingException when too many reads wait
     * @throws ServiceUnavailableException when the database is away
     */
    <T extends @Nullable Object> T read(Function<JdbcClient, T> query) {
        awaitTurn();
        try {
            return query.apply(client);
        } catch (DataAccessException e) {
            throw answer(e);
        } finally {
            reads.release();
        }
    }

    private void awaitTurn() {
        try {
            if (!reads.tryAcquire()
                    && (reads.getQueueLength() >= WAITING_READS_MAX
                            || !reads.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS))) {
                throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted");
        }
    }

    /**
     * Makes a change in a transaction and returns when it is durable.
     *
     * @throws EvidentlyException what the change threw
     * @throws InternalServerException when it could not be committed; it may be durable all the same
     * @throws ServiceUnavailableException when the database is away, or went away; the same
     */
    <T extends @Nullable Object> T write(Change<T> change) {
        return onConnection(connection -> {
            connection.setAutoCommit(false);
            try {
                T result = change.execute(connection);
                Commits.commit(connection);
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        });
    }

    /** Runs work on a connection, each statement of which is a transaction of its own unless the work says otherwise. */
    <T extends @Nullable Object> T onConnection(Change<T> work) {
        try (Connection connection = pool.getConnection()) {
            return work.execute(connection);
        } catch (SQLException | DataAccessException e) {
            throw answer(e);
        }
    }

    private static void rollBack(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    private EvidentlyException answer(Exception failure) {
        return closed ? new ServiceUnavailableException("The server is stopping") : StoreFailures.answer(failure);
    }

    @Override
    public void close() {
        closed = true;
        pool.close();
    }
}
