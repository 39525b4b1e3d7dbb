package io.github.evidently.inspection;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.state.StateRefresh;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * Reads a page of events and, if it is empty, waits for the first event that matches.
 *
 * <p>A waiting request holds no place of the {@link PageLimit}. After each wake-up only new events are read, and at
 * most once per {@link #PAUSE}, however many events arrive that do not match. Events that other nodes append wake it at the next look
 * of {@link StateRefresh}.
 */
@Component
class EventWait {

    /** How long a request may wait. */
    static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** How many requests may wait at once. */
    static final int WAITING_MAX = 100;

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final EventLog events;
    private final Arrivals arrivals;
    private final PageLimit limit;
    private final Semaphore places = new Semaphore(WAITING_MAX);

    // Used only by the thread that looks.
    private long lastSequenceSeen;

    EventWait(EventLog events, Arrivals arrivals, PageLimit limit, StateRefresh refresh) {
        this.events = events;
        this.arrivals = arrivals;
        this.limit = limit;
        refresh.onEachLook(this::look);
    }

    private void look() {
        if (arrivals.isAwaited()) {
            long last = events.lastSequence();
            if (last != lastSequenceSeen) {
                lastSequenceSeen = last;
                arrivals.arrived();
            }
        }
    }

    /**
     * Reads until there is an event, the time is over or the server stops.
     *
     * @param request holds a place of the page limit
     * @param reader makes a page of what a query finds
     * @throws ThrottlingException when too many requests wait already
     */
    EventPage read(EventQuery query, Duration wait, HttpServletRequest request, Function<EventQuery, EventPage> reader)
            throws InterruptedException {
        if (wait.isZero()) {
            return reader.apply(query);
        }
        if (!places.tryAcquire()) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        try {
            return awaitPage(query, System.nanoTime() + wait.toNanos(), request, reader);
        } finally {
            places.release();
        }
    }

    private EventPage awaitPage(
            EventQuery query, long deadline, HttpServletRequest request, Function<EventQuery, EventPage> reader)
            throws InterruptedException {
        EventQuery left = query;
        while (true) {
            long start = System.nanoTime();
            long seen = arrivals.count();
            long end = events.lastSequence();
            EventPage page = reader.apply(left);
            if (!page.events().isEmpty()) {
                return page;
            }
            left = left.withAfter(Math.max(left.after(), end));
            limit.release(request);
            if (!arrivals.await(seen, Duration.ofNanos(deadline - System.nanoTime()))) {
                return page;
            }
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos() - (System.nanoTime() - start));
            if (!limit.tryAcquire(request, Duration.ofNanos(deadline - System.nanoTime()))) {
                return page;
            }
        }
    }
}
