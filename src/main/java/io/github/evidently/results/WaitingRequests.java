package io.github.evidently.results;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The requests that wait for a tally to catch up, and the pauses of the thread that counts. Thread-safe. */
final class WaitingRequests {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final KeptTallies kept;
    private int waiting;
    private boolean asked;
    private boolean closed;
    private @Nullable RuntimeException failure;

    WaitingRequests(KeptTallies kept) {
        this.kept = kept;
    }

    /**
     * Waits until a tally has counted the events up to a sequence.
     *
     * @param deadline as System.nanoTime()
     * @throws ThrottlingException when it does not in time
     */
    synchronized ExperimentTally await(ExecutionKey key, long target, long deadline) {
        failure = null;
        waiting++;
        try {
            while (true) {
                KeptTally found = kept.find(key);
                if (found != null && found.isUpTo(target)) {
                    found.lastAsked = System.nanoTime();
                    return found.tally;
                }
                RuntimeException failed = failure;
                if (failed != null) {
                    throw failed;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || closed) {
                    throw new ThrottlingException("The events of the experiment are still being counted", RETRY_AFTER);
                }
                asked = true;
                notifyAll();
                wait(Math.max(1, Duration.ofNanos(left).toMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ThrottlingException("The request was interrupted", RETRY_AFTER);
        } finally {
            waiting--;
        }
    }

    /** Tells whether a request waits. */
    synchronized boolean exist() {
        return waiting > 0;
    }

    /** Lets the requests look again. */
    synchronized void wake() {
        notifyAll();
    }

    /** Fails the requests that wait. */
    synchronized void fail(RuntimeException cause) {
        failure = cause;
        notifyAll();
    }

    /** Fails the requests that wait, and ends the pauses. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /**
     * Pauses the thread that counts until a request asks.
     *
     * @param timeMax zero for no pause
     * @return whether to go on counting
     */
    synchronized boolean pause(Duration timeMax) {
        if (!waitUntil(() -> asked || closed, timeMax)) {
            return false;
        }
        asked = false;
        return !closed;
    }

    /** Lets the thread that counts rest, unless a request waits. */
    synchronized void rest(Duration time) {
        if (!waitUntil(() -> waiting > 0 || closed, time)) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false when the thread is interrupted. */
    private synchronized boolean waitUntil(BooleanSupplier condition, Duration timeMax) {
        long deadline = System.nanoTime() + timeMax.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (!left.isPositive()) {
                    return true;
                }
                wait(left.toMillis(), left.toNanosPart() % 1_000_000);
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
