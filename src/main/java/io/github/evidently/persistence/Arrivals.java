package io.github.evidently.persistence;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.stereotype.Component;

/**
 * Notifies threads that wait for events when the log grows or the server stops.
 *
 * <p>The store reports what it has appended on the thread that asked for it, not on the one that commits; without
 * somebody who waits that takes no lock. Thread-safe.
 */
@Component
public class Arrivals implements ApplicationListener<ContextClosedEvent> {

    private final AtomicLong count = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean closed;

    /** How often the log has grown: to be asked before one looks at the log. */
    public long count() {
        return count.get();
    }

    /** Tells whether anybody waits. */
    public boolean isAwaited() {
        return waiting.get() > 0;
    }

    /** Reports that the log has grown: a read that starts now sees it. */
    public void arrived() {
        count.incrementAndGet();
        if (waiting.get() > 0) {
            wake();
        }
    }

    /**
     * Waits until the log has grown since it was asked for its count.
     *
     * @return false when the time is over or the server stops
     */
    public boolean await(long since, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        waiting.incrementAndGet();
        lock.lock();
        try {
            while (count.get() == since && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return count.get() != since && !closed;
        } finally {
            lock.unlock();
            waiting.decrementAndGet();
        }
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        closed = true;
        wake();
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
