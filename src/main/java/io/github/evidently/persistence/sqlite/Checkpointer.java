package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies committed changes from the write-ahead log into the database while the committer goes on.
 *
 * <p>SQLite's own checkpoint runs inside a commit, where every caller waits for it: a tenth of a second for 32 MB. Here
 * a second connection copies and syncs the bulk, and in a second pass what was added meanwhile. The committer itself
 * copies the small rest between two transactions, so that the log can restart. Reads wait for that moment, because a
 * log cannot restart while a query reads it (ADR 46).
 */
final class Checkpointer implements AutoCloseable {

    // So small that syncing it does not hold up the syncs of the log for long.
    private static final long LOG_BYTES_MAX = 8L * 1024 * 1024;

    // The pages that a transaction changes besides those that its data fills.
    private static final long COMMIT_OVERHEAD_BYTES = 32L * 1024;

    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);

    private final GroupCommitter.Connector connector;
    private final Semaphore due = new Semaphore(0);
    private @Nullable WriterConnection connection;
    private @Nullable Thread thread;
    private volatile boolean closed;

    /** How much the log has grown since the last checkpoint; for the committer's thread alone. */
    private long logBytes;

    Checkpointer(GroupCommitter.Connector connector) {
        this.connector = connector;
    }

    /** Finishes a checkpoint when only little is left to do. */
    interface Finish {
        void run() throws InterruptedException;
    }

    void start(Finish finish) {
        thread = Thread.ofPlatform().name("evidently-checkpointer").start(() -> run(finish));
    }

    /** Records a committed transaction. */
    void committed(long bytes) {
        logBytes += bytes + COMMIT_OVERHEAD_BYTES;
        if (logBytes >= LOG_BYTES_MAX) {
            logBytes = 0;
            due.release();
        }
    }

    /** Copies the whole log into the database; returns whether that succeeded. */
    static boolean emptyLog(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return result.getInt(1) == 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        due.release();
        Thread running = thread;
        try {
            if (running != null) {
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Finish finish) {
        while (true) {
            due.acquireUninterruptibly();
            due.drainPermits();
            if (closed) {
                closeConnection();
                return;
            }
            try {
                if (connection == null) {
                    connection = connector.open();
                }
                connection.checkpoint();
                connection.checkpoint();
                finish.run();
            } catch (SQLException | RuntimeException e) {
                // Nothing is lost: the log keeps it, and the next checkpoint tries again.
                log.warn("A checkpoint failed: {}", StoreUnusableException.reason(e));
                closeConnection();
            } catch (InterruptedException e) {
                log.debug("ignored an interrupt", e); // It ends by close().
            }
        }
    }

    private void closeConnection() {
        WriterConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                log.debug("a connection could not be closed", e);
            }
        }
    }
}
