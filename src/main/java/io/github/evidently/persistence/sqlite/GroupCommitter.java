package io.github.evidently.persistence.sqlite;

import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.persistence.StoreUnusableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the database: puts all waiting work into one transaction, commits once and then releases the
 * callers.
 *
 * <p>An idle server commits a single request at once; under load, what arrives during one commit forms the next group.
 * The callers bound how much waits. No caller is told of success before the commit has returned, and the commit returns
 * after the write-ahead log was synced.
 *
 * <p>After a failed transaction another connection restarts the log before the next one is written: a log whose sync
 * failed must not be trusted again. Until that has succeeded, every transaction fails.
 */
final class GroupCommitter implements AutoCloseable {

    // Bounds of one group: some 30 ms of work on a slow machine, and what SQLite must hold of it in memory.
    private static final int GROUP_TASKS_MAX = 4_000;
    private static final long GROUP_BYTES_MAX = 8L * 1024 * 1024;

    private static final int END_STATUS = 70;
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(GroupCommitter.class);

    /** Opens the connection for writing; called again after each failure. */
    interface Connector {
        WriterConnection open() throws SQLException;
    }

    /** Is notified of each transaction, on the committer's thread. */
    interface Listener {
        /**
         * Called when a transaction is on disk.
         *
         * @param bytes approximately how much it added
         */
        void committed(Duration duration, long bytes);

        void failed();
    }

    private final BlockingQueue<CommitTask<?>> queue = new LinkedBlockingQueue<>();
    private final CommitTask<@Nullable Void> stop = new CommitTask<>(_ -> null, _ -> {}, true, 0);
    private final Connector connector;
    private final Listener listener;
    private final Thread thread;
    private WriterConnection connection;
    private volatile boolean failing;
    private volatile @Nullable CountDownLatch requestedCheckpoint;
    private volatile boolean closed;
    private volatile long lastCommitNanos;

    /** @throws SQLException when the first connection cannot be opened */
    GroupCommitter(Connector connector, Listener listener) throws SQLException {
        this.connector = connector;
        this.listener = listener;
        this.connection = connector.open();
        this.lastCommitNanos = System.nanoTime();
        this.thread = Thread.ofPlatform()
                .name("evidently-committer")
                .uncaughtExceptionHandler((_, failure) -> end(failure))
                .start(this::run);
    }

    /**
     * Runs work in a transaction of its own and waits until it is on disk.
     *
     * @param committed runs after the commit and before any later transaction, on the committer's thread
     */
    <T extends @Nullable Object> T writeAlone(WriteTask<T> work, Consumer<? super T> committed) {
        return submit(new CommitTask<>(work, committed, true, 0)).await();
    }

    /** Runs work in a transaction together with other waiting work and waits until it is on disk. */
    <T extends @Nullable Object> T write(long bytes, WriteTask<T> work) {
        return submit(new CommitTask<>(work, _ -> {}, false, bytes)).await();
    }

    /** Tells whether work is committed within the time; false also when it is refused or fails. */
    boolean tryWrite(WriteTask<?> work, Duration timeout) {
        try {
            submit(new CommitTask<>(work, _ -> {}, false, 0)).future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Tells whether the last transaction was committed, and not longer ago than that. */
    boolean committedWithin(Duration age) {
        return !failing && System.nanoTime() - lastCommitNanos < age.toNanos();
    }

    /**
     * Copies the log into the database before the next transaction, which then restarts the log unless a query reads
     * it.
     *
     * @param wait how long to wait for that transaction; an idle server has none
     */
    void checkpoint(Duration wait) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        requestedCheckpoint = done;
        boolean _ = done.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Returns how many pieces of work wait for their turn. */
    int waiting() {
        return queue.size();
    }

    /** Commits the waiting work, then closes the connection. */
    @Override
    public void close() {
        closed = true;
        queue.add(stop);
        try {
            if (!thread.join(STOP_WAIT_MAX)) {
                log.error("the committer did not finish within {} s", STOP_WAIT_MAX.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T extends @Nullable Object> CommitTask<T> submit(CommitTask<T> task) {
        if (closed) {
            throw new ServiceUnavailableException("The server is stopping");
        }
        queue.add(task);
        return task;
    }

    private void run() {
        // Large enough from the start: adding to it must not fail for lack of memory.
        List<CommitTask<?>> group = new ArrayList<>(GROUP_TASKS_MAX);
        CommitTask<?> first = takeNext();
        while (first != stop) {
            group.clear();
            CommitTask<?> next = fill(group, first);
            try {
                commit(group);
            } catch (Throwable failure) {
                // A failure beyond the transaction, such as a lack of memory while callers were told. The other callers
                // learn that it failed; it may be on disk all the same, as after a lost answer.
                fail(group, failure);
            }
            first = next == null ? takeNext() : next;
        }
        // Callers that submitted work while the committer stopped are told, not left waiting.
        for (CommitTask<?> late; (late = queue.poll()) != null; ) {
            late.future.completeExceptionally(new ServiceUnavailableException("The server is stopping"));
        }
        close(connection);
    }

    /** Ends the process: without a committer every change would wait forever. */
    @SuppressWarnings("SystemExitOutsideMain")
    private static void end(Throwable failure) {
        try {
            log.error(
                    "The committer has ended; so does the server, which loses nothing that was acknowledged", failure);
        } finally {
            Runtime.getRuntime().halt(END_STATUS);
        }
    }

    /** Adds to the group what may be committed together; returns the first task that may not, if any. */
    private @Nullable CommitTask<?> fill(List<CommitTask<?>> group, CommitTask<?> first) {
        group.add(first);
        if (first.alone) {
            return null;
        }
        long bytes = first.bytes;
        while (group.size() < GROUP_TASKS_MAX && bytes < GROUP_BYTES_MAX) {
            CommitTask<?> next = queue.poll();
            if (next == null || next.alone) {
                return next;
            }
            group.add(next);
            bytes += next.bytes;
        }
        return null;
    }

    private CommitTask<?> takeNext() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // The committer must not be interrupted: it ends by its stop task, after the work that waits before it.
                log.debug("ignored an interrupt", e);
            }
        }
    }

    private void commit(List<CommitTask<?>> group) {
        long start = System.nanoTime();
        long bytes = 0;
        CountDownLatch checkpoint = requestedCheckpoint;
        try {
            if (failing) {
                replaceConnection();
            } else if (checkpoint != null) {
                requestedCheckpoint = null;
                connection.checkpoint();
            }
            connection.begin();
            for (CommitTask<?> task : group) {
                task.execute(connection);
                bytes += task.bytes;
            }
            connection.commit();
        } catch (Throwable failure) {
            fail(group, failure);
            return;
        }
        lastCommitNanos = System.nanoTime();
        if (checkpoint != null) {
            checkpoint.countDown();
        }
        if (failing) {
            failing = false;
            log.info("the store commits again");
        }
        listener.committed(Duration.ofNanos(lastCommitNanos - start), bytes);
        for (CommitTask<?> task : group) {
            task.succeed();
        }
    }

    private void fail(List<CommitTask<?>> group, Throwable failure) {
        // Once per outage: under load a broken disk would otherwise fill the log.
        if (!failing) {
            failing = true;
            log.error(
                    "The store cannot commit, nothing is acknowledged until it can: {}",
                    StoreUnusableException.describe(failure));
            log.debug("the store cannot commit", failure);
        }
        listener.failed();
        for (CommitTask<?> task : group) {
            task.future.completeExceptionally(failure);
        }
    }

    /**
     * Replaces the connection. The old one stays open until the new one has restarted the log: while one is open,
     * SQLite knows from memory which transactions were committed and does not guess from the log.
     */
    private void replaceConnection() throws SQLException {
        try {
            connection.abandon();
        } catch (SQLException e) {
            log.debug("no transaction was open", e);
        }
        WriterConnection fresh = connector.open();
        try {
            fresh.startLogAnew();
        } catch (SQLException | RuntimeException e) {
            close(fresh);
            throw e;
        }
        close(connection);
        connection = fresh;
    }

    private static void close(WriterConnection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.warn("a connection could not be closed", e);
        }
    }
}
