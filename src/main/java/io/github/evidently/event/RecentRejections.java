package io.github.evidently.event;

import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.Rejection;
import io.github.evidently.persistence.RejectionLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The last rejections. They explain why an event is missing. Thread-safe.
 *
 * <p>Where servers share a store, a thread adds them to it a moment after the answer, at most {@value RejectionLog#KEPT_MAX} at a
 * time: a client whose requests are refused must not cost a commit each. Rejections that the store cannot take are lost.
 */
@Component
public final class RecentRejections implements AutoCloseable {

    /** How long the thread rests after each time that it has added some. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(1);
    private static final Logger log = LoggerFactory.getLogger(RecentRejections.class);

    private final RejectionLog rejections;

    /** Null where the store belongs to this server alone. */
    private final @Nullable Thread thread;

    private final Object adding = new Object();
    private final ArrayDeque<Rejection> waiting = new ArrayDeque<>();
    private boolean closed;

    RecentRejections(Persistence persistence) {
        this.rejections = persistence.rejections();
        this.thread = persistence.isShared()
                ? Thread.ofPlatform().name("evidently-rejections").daemon().start(this::run)
                : null;
    }

    /** Returns the rejections kept, the latest first, with all that this server has answered. */
    public List<Rejection> latestFirst() {
        addWaiting();
        return rejections.latestFirst();
    }

    /** Removes all. */
    public void clear() {
        addWaiting();
        rejections.clear();
    }

    /**
     * Removes those of a project.
     *
     * @param references how requests name it
     */
    public void clear(Set<String> references) {
        addWaiting();
        rejections.clear(references);
    }

    void add(Rejection rejection) {
        if (thread == null) {
            rejections.add(List.of(rejection));
            return;
        }
        synchronized (waiting) {
            if (waiting.size() == RejectionLog.KEPT_MAX) {
                waiting.removeFirst();
            }
            waiting.addLast(rejection);
            waiting.notifyAll();
        }
    }

    private void run() {
        try {
            while (awaitSome()) {
                try {
                    addWaiting();
                } catch (RuntimeException e) {
                    log.debug("rejections are lost", e);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            // The server stops.
        }
    }

    /** Returns false when the server stops. */
    private boolean awaitSome() throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty() && !closed) {
                waiting.wait();
            }
            return !closed;
        }
    }

    private void addWaiting() {
        // In the order in which they were taken.
        synchronized (adding) {
            List<Rejection> taken;
            synchronized (waiting) {
                taken = new ArrayList<>(waiting);
                waiting.clear();
            }
            if (!taken.isEmpty()) {
                rejections.add(taken);
            }
        }
    }

    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            waiting.notifyAll();
        }
        if (thread == null) {
            return;
        }
        try {
            boolean _ = thread.join(STOP_WAIT_MAX);
            addWaiting();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.debug("rejections are lost", e);
        }
    }
}
