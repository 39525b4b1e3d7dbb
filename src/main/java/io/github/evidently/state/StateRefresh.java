package io.github.evidently.state;

import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.SharingProperties;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Brings the changes of other nodes to this one, where nodes share a store.
 *
 * <p>A thread waits until the store announces a change, looks at the version at least every {@link #PAUSE} all the same, and reads the
 * documents when it is another one. A store of one node has no such thread. Thread-safe.
 */
@Component
public final class StateRefresh implements AutoCloseable {

    /** The maximum time between two looks at the version. */
    static final Duration PAUSE = Duration.ofMillis(500);

    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(StateRefresh.class);

    private final ControlPlane controlPlane;
    private final DocumentStore documents;
    private final Duration stalenessMax;
    private final List<Runnable> tasks = new CopyOnWriteArrayList<>();
    private final AtomicBoolean isStale = new AtomicBoolean();

    /** Null on a store of one node. */
    private final @Nullable Thread thread;

    /** When the last look began that succeeded, as System.nanoTime(). */
    private volatile long refreshed = System.nanoTime();

    private volatile boolean closed;

    @Autowired
    StateRefresh(ControlPlane controlPlane, Persistence persistence, SharingProperties properties) {
        this(controlPlane, persistence.documents(), persistence.isShared(), properties.stalenessMax());
    }

    StateRefresh(ControlPlane controlPlane, DocumentStore documents, boolean isShared, Duration stalenessMax) {
        this.controlPlane = controlPlane;
        this.documents = documents;
        this.stalenessMax = stalenessMax;
        this.thread = isShared
                ? Thread.ofPlatform().name("evidently-refresh").daemon().start(this::run)
                : null;
    }

    /**
     * Runs a task after each look, on the thread that looks: for what this node tells the others. Never runs on a store of one
     * node.
     *
     * @param task short; an exception is logged and changes nothing
     */
    public void onEachLook(Runnable task) {
        tasks.add(task);
    }

    /**
     * Makes sure that the state has every change that was durable before the call; does nothing on a store of one node, whose
     * state always has.
     */
    public void catchUp() {
        if (thread != null) {
            controlPlane.catchUp();
        }
    }

    /** Tells whether changes of other nodes may be missing for longer than allowed. */
    boolean isStale() {
        boolean stale = thread != null && System.nanoTime() - refreshed > stalenessMax.toNanos();
        if (isStale.getAndSet(stale) != stale) {
            if (stale) {
                log.warn(
                        "The changes of other servers could not be read for {} s: this server is not ready until they are",
                        stalenessMax.toSeconds());
            } else {
                log.info("The changes of other servers are read again");
            }
        }
        return stale;
    }

    private void run() {
        try {
            while (!closed) {
                awaitChange();
                look();
                boolean _ = isStale();
            }
        } catch (InterruptedException e) {
            // The server stops.
        }
    }

    private void awaitChange() throws InterruptedException {
        try {
            documents.awaitChange(controlPlane.current().version(), PAUSE);
        } catch (RuntimeException e) {
            log.debug("no announcements of changes", e);
            Thread.sleep(PAUSE);
        }
    }

    private void look() throws InterruptedException {
        long begin = System.nanoTime();
        try {
            controlPlane.catchUp();
            refreshed = begin;
        } catch (RuntimeException e) {
            log.debug("changes of other servers could not be read", e);
            Thread.sleep(PAUSE);
            return;
        }
        for (Runnable task : tasks) {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.debug("other servers are told later", e);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            boolean _ = thread.join(STOP_WAIT_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
