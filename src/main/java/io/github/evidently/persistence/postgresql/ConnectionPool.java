package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.ThrottlingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * Runs reads and changes on a few connections. Reads leave two of them to changes and to housekeeping. Thread-safe.
 *
 * <p>Callers open connections themselves, so that they fail at once while the database refuses them, and succeed at once when it is
 * back. A connection that failed is closed, and so are those that wait beside it when the database has gone.
 */
final class ConnectionPool implements AutoCloseable {

    /** How long a caller waits for a connection that others use. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private static final int KEPT_FROM_READS = 2;
    private static final int WAITING_MAX = 200;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** After which time without use a connection is tried before it is used. */
    private static final Duration TRUSTED = Duration.ofMillis(500);

    private static final int TRY_SECONDS = 1;
    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

    private final PostgresqlConnections connections;
    private final Semaphore all;
    private final Semaphore reads;
    private final ConcurrentLinkedDeque<Idle> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private record Idle(Connection connection, long sinceNanos) {}

    /** Work on a connection. */
    interface Work<T extends @Nullable Object> {
        T execute(Connection connection) throws SQLException;
    }

    ConnectionPool(PostgresqlConnections connections, int size) {
        this.connections = connections;
        this.all = new Semaphore(size);
        this.reads = new Semaphore(size - KEPT_FROM_READS);
    }

    /**
     * Runs a query in a transaction of its own; once more on a new connection when the one that it was given had been lost.
     *
     * @throws ThrottlingException when too many reads wait
     * @throws ServiceUnavailableException when the database is away
     */
    <T extends @Nullable Object> T read(Function<JdbcClient, T> query) {
        acquire(reads);
        try {
            return onConnection(connection -> query.apply(client(connection)), true);
        } finally {
            reads.release();
        }
    }

    /**
     * Makes a change in a transaction and returns when it is durable.
     *
     * @throws EvidentlyException what the change threw
     * @throws InternalServerException when it could not be committed; it may be durable all the same
     * @throws ServiceUnavailableException when the database is away, or went away; the same
     */
    <T extends @Nullable Object> T write(Work<T> change) {
        return onConnection(connection -> {
            connection.setAutoCommit(false);
            T result = change.execute(connection);
            Commits.commit(connection);
            connection.setAutoCommit(true);
            return result;
        });
    }

    /** Runs work on a connection, each statement of which is a transaction of its own unless the work says otherwise. */
    <T extends @Nullable Object> T onConnection(Work<T> work) {
        return onConnection(work, false);
    }

    private <T extends @Nullable Object> T onConnection(Work<T> work, boolean mayRepeat) {
        acquire(all);
        try {
            Connection idleOne = takeIdle();
            if (idleOne != null) {
                try {
                    return execute(work, idleOne);
                } catch (SQLException | DataAccessException e) {
                    if (!mayRepeat || !StoreFailures.isAway(e)) {
                        throw e;
                    }
                    closeIdle();
                }
            }
            return execute(work, connections.getConnection());
        } catch (SQLException | DataAccessException e) {
            throw answer(e);
        } finally {
            all.release();
        }
    }

    private <T extends @Nullable Object> T execute(Work<T> work, Connection connection) throws SQLException {
        T result;
        try {
            result = work.execute(connection);
        } catch (SQLException | RuntimeException | Error e) {
            close(connection); // With its transaction.
            throw e;
        }
        giveBack(connection);
        return result;
    }

    /** Returns a client for a connection that others close. */
    static JdbcClient client(Connection connection) {
        return JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }

    private static void acquire(Semaphore permits) {
        try {
            if (!permits.tryAcquire()
                    && (permits.getQueueLength() >= WAITING_MAX
                            || !permits.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS))) {
                throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted");
        }
    }

    /** Returns the connection that was used last; null when a new one is needed. */
    private @Nullable Connection takeIdle() throws SQLException {
        if (closed) {
            throw new ServiceUnavailableException("The server is stopping");
        }
        Idle last = idle.pollLast();
        if (last == null) {
            return null;
        }
        if (System.nanoTime() - last.sinceNanos < TRUSTED.toNanos() || last.connection.isValid(TRY_SECONDS)) {
            return last.connection;
        }
        close(last.connection);
        closeIdle();
        return null;
    }

    private void giveBack(Connection connection) {
        idle.addLast(new Idle(connection, System.nanoTime()));
        if (closed) {
            closeIdle();
        }
    }

    private EvidentlyException answer(Exception failure) {
        EvidentlyException answer = StoreFailures.answer(failure);
        if (answer instanceof ServiceUnavailableException) {
            closeIdle();
        }
        return answer;
    }

    private void closeIdle() {
        for (Idle next; (next = idle.pollFirst()) != null; ) {
            close(next.connection);
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be closed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
