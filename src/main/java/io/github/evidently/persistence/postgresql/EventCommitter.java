package io.github.evidently.persistence.postgresql;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.persistence.StoreUnusableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the events of this node: puts all waiting batches into one transaction, commits once and then releases the callers.
 *
 * <p>An idle node commits a single request at once; under load, or while another node holds the end of the log, what arrives
 * forms the next group. The callers bound how much waits. No caller is told of success before the commit has returned. After a
 * failed transaction its connection is closed and the next group opens another; while the database is away each group fails.
 */
final class EventCommitter implements AutoCloseable {

    /** How long a caller waits for its batches to be durable. */
    static final Duration WAIT_MAX = Duration.ofSeconds(5);

    // Bounds of one group: some 30 ms of work, and what a statement must hold in memory.
    private static final int GROUP_TASKS_MAX = 4_000;
    private static final long GROUP_BYTES_MAX = 8L * 1024 * 1024;

    private static final int END_STATUS = 70;
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(4);
    private static final Logger log = LoggerFactory.getLogger(EventCommitter.class);

    /** Opens a connection; called again after each failure. */
    interface Connector {
        AppendTransaction open() throws SQLException;
    }

    private final BlockingQueue<AppendTask> queue = new LinkedBlockingQueue<>();
    private final AppendTask stop = new AppendTask(List.of());
    private final Connector connector;
    private final Timer commits;
    private final Counter failures;
    private final Thread thread;
    private @Nullable AppendTransaction transaction;
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile long lastCommitNanos;

    EventCommitter(Connector connector, MeterRegistry meters) {
        this.connector = connector;
        this.commits = Timer.builder("evidently.commit")
                .description("Time from the start of a transaction until it is on disk")
                .publishPercentiles(0.5, 0.99, 0.999)
                .register(meters);
        this.failures = Counter.builder("evidently.commit.failures")
                .description("Transactions that could not be committed; nothing of them was acknowledged")
                .register(meters);
        this.lastCommitNanos = System.nanoTime();
        this.thread = Thread.ofPlatform()
                .name("evidently-committer")
                .uncaughtExceptionHandler((_, failure) -> end(failure))
                .start(this::run);
    }

    /**
     * Appends batches together with other waiting ones and returns when they are durable.
     *
     * @return the id of the stored batch for each of them
     * @throws EvidentlyException when a project is not open, or when it is not known that the batches are durable
     */
    List<UUID> append(List<EncodedBatch> batches) {
        return submit(new AppendTask(batches)).await(WAIT_MAX);
    }

    /** Tells whether a commit succeeds within the time. */
    boolean tryCommit(Duration timeout) {
        try {
            List<UUID> _ = submit(new AppendTask(List.of())).await(timeout);
            return true;
        } catch (EvidentlyException e) {
            return false;
        }
    }

    /** Tells whether the last transaction was committed, and not longer ago than that. */
    boolean committedWithin(Duration age) {
        return !failing && System.nanoTime() - lastCommitNanos < age.toNanos();
    }

    private AppendTask submit(AppendTask task) {
        if (closed) {
            throw new ServiceUnavailableException("The server is stopping");
        }
        queue.add(task);
        return task;
    }

    private void run() {
        // Large enough from the start: adding to it must not fail for lack of memory.
        List<AppendTask> group = new ArrayList<>(GROUP_TASKS_MAX);
        boolean isLast = false;
        while (!isLast) {
            group.clear();
            isLast = fill(group);
            try {
                commit(group);
            } catch (Throwable failure) {
                fail(group, failure);
            }
        }
        for (AppendTask late; (late = queue.poll()) != null; ) {
            late.fail(new ServiceUnavailableException("The server is stopping"));
        }
        closeTransaction();
    }

    /** Ends the process: without a committer every request would wait in vain. */
    @SuppressWarnings("SystemExitOutsideMain")
    private static void end(Throwable failure) {
        try {
            log.error(
                    "The committer has ended; so does the server, which loses nothing that was acknowledged", failure);
        } finally {
            Runtime.getRuntime().halt(END_STATUS);
        }
    }

    /** Waits for a task and adds it and what else waits; returns whether these are the last. */
    private boolean fill(List<AppendTask> group) {
        AppendTask next = takeNext();
        long bytes = 0;
        while (next != null && next != stop) {
            group.add(next);
            bytes += next.bytes;
            next = group.size() < GROUP_TASKS_MAX && bytes < GROUP_BYTES_MAX ? queue.poll() : null;
        }
        return next == stop;
    }

    private AppendTask takeNext() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // The committer must not be interrupted: it ends by its stop task, after the work that waits before it.
                log.debug("ignored an interrupt", e);
            }
        }
    }

    private void commit(List<AppendTask> group) throws SQLException {
        long start = System.nanoTime();
        List<AppendTask> probes = new ArrayList<>();
        List<Append> appends = new ArrayList<>(group.size());
        for (AppendTask task : group) {
            List<EncodedBatch> batches = task.take();
            if (batches != null && batches.isEmpty()) {
                probes.add(task);
            } else if (batches != null) {
                appends.add(new Append(task, batches));
            }
        }
        if (probes.isEmpty() && appends.isEmpty()) {
            return;
        }
        if (transaction == null) {
            transaction = connector.open();
        }
        List<Append> durable = appends.isEmpty() ? appends : transaction.append(appends);
        if (durable.isEmpty() && !probes.isEmpty()) {
            transaction.probe();
        }
        lastCommitNanos = System.nanoTime();
        if (failing) {
            failing = false;
            log.info("the store commits again");
        }
        commits.record(Duration.ofNanos(lastCommitNanos - start));
        durable.forEach(Append::acknowledge);
        probes.forEach(probe -> probe.succeed(List.of()));
    }

    private void fail(List<AppendTask> group, Throwable failure) {
        // Once per outage: under load a database that is away would otherwise fill the log.
        if (!failing) {
            failing = true;
            log.error(
                    "The store cannot commit, nothing is acknowledged until it can: {}",
                    StoreUnusableException.describe(failure));
            log.debug("the store cannot commit", failure);
        }
        failures.increment();
        closeTransaction();
        group.forEach(task -> task.fail(failure));
    }

    private void closeTransaction() {
        AppendTransaction open = transaction;
        transaction = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                log.debug("a connection could not be closed", e);
            }
        }
    }

    /** Commits what waits, then closes the connection. */
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
}
