package io.github.evidently.persistence.sqlite;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs queries on a few threads and connections of their own, and can hold them up for a checkpoint. Thread-safe. */
final class ReaderPool implements AutoCloseable {

    // Few, because a query holds a processor: SQLite runs inside this process.
    private static final int READERS = 4;
    private static final int WAITING_READS_MAX = 200;

    /** Shared by readers, held exclusively while the log restarts. */
    private final ReentrantReadWriteLock snapshots = new ReentrantReadWriteLock();

    private final SqliteConnections connections;
    private final HikariDataSource pool;
    private final JdbcClient client;
    private final ThreadPoolExecutor threads;

    ReaderPool(SqliteConnections connections) {
        this.connections = connections;
        HikariConfig config = new HikariConfig();
        config.setPoolName("evidently-readers");
        config.setDataSource(connections.dataSource());
        config.setConnectionInitSql("PRAGMA query_only = true");
        config.setMaximumPoolSize(READERS);
        config.setMinimumIdle(1);
        this.pool = new HikariDataSource(config);
        this.client = JdbcClient.create(pool);
        // Platform threads: a query is native code and would hold on to a carrier of the virtual threads.
        this.threads = new ThreadPoolExecutor(
                READERS,
                READERS,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(WAITING_READS_MAX),
                Thread.ofPlatform().name("evidently-reader-", 0).factory());
        this.threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs queries, each of which sees what was committed when it starts.
     *
     * @throws ThrottlingException when too many queries wait
     */
    <T extends @Nullable Object> T read(Function<JdbcClient, T> query) {
        try {
            return onThread(() -> {
                snapshots.readLock().lock();
                try {
                    return query.apply(client);
                } finally {
                    snapshots.readLock().unlock();
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e); // Spring's client has its own.
        }
    }

    /** Runs long work with a connection of its own; a checkpoint does not wait for it. */
    void withConnection(ConnectionWork work) throws SQLException {
        onThread(() -> {
            try (Connection connection = connections.dataSource().getConnection()) {
                work.execute(connection);
            }
            return 0;
        });
    }

    /** The work that {@link #withConnection} runs. */
    interface ConnectionWork {
        void execute(Connection connection) throws SQLException;
    }

    /**
     * Holds up reads while the action runs.
     *
     * @param wait how long to wait for the reads under way; if one takes longer, the action runs beside it
     */
    void holdUp(Duration wait, Checkpointer.Finish action) throws InterruptedException {
        boolean isQuiet = snapshots.writeLock().tryLock(wait.toNanos(), TimeUnit.NANOSECONDS);
        try {
            action.run();
        } finally {
            if (isQuiet) {
                snapshots.writeLock().unlock();
            }
        }
    }

    private <T extends @Nullable Object> T onThread(Callable<T> task) throws SQLException {
        try {
            return threads.submit(task).get();
        } catch (RejectedExecutionException e) {
            throw new ThrottlingException("Rate exceeded", Duration.ofSeconds(1));
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InternalServerException("The request was interrupted");
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        pool.close();
    }
}
