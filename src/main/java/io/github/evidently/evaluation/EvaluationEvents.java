package io.github.evidently.evaluation;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventIds;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.EventType;
import io.github.evidently.event.ProjectEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes the events of evaluations to the event store, behind the backs of those who evaluate: no answer waits for the
 * disk.
 *
 * <p>While the store is in trouble they wait, within a bounded memory; what comes on top is lost. So is, in a crash, what
 * was not on disk yet. {@code evidently_evaluation_events_total} counts by outcome: each evaluation is stored or lost, or
 * waits. Thread-safe.
 */
@Component
public class EvaluationEvents implements AutoCloseable {

    // EventIds has room for 64 in a batch.
    private static final int BATCH_MAX = 50;
    private static final int DRAIN_MAX = 1_000;

    /** What an event takes in memory besides its text, about. */
    private static final int EVENT_OVERHEAD = 200;

    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(EvaluationEvents.class);

    /** An event that waits. */
    private record Waiting(String project, ProjectEvent event, int size) {}

    private final EventStore store;
    private final Clock clock;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Semaphore memory;
    private final AtomicLong taken = new AtomicLong();
    private final Counter stored;
    private final Counter lost;
    private final Thread thread;
    private final Object settling = new Object();

    /** How many of those taken have been stored or lost; guarded by {@link #settling}. */
    private long settled;

    private volatile boolean closed;

    EvaluationEvents(EventStore store, EvaluationProperties properties, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        this.memory = new Semaphore(Math.toIntExact(properties.queueMemoryMax().toBytes()));
        this.stored = counter(meters, "stored");
        this.lost = counter(meters, "lost");
        Gauge.builder("evidently.evaluation.events.waiting", queue, LinkedBlockingQueue::size)
                .description("Events of evaluations that wait for the disk")
                .register(meters);
        this.thread = Thread.ofPlatform().name("evidently-evaluations").start(this::run);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("evidently.evaluation.events")
                .description("Events of evaluations by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Takes over the event of an evaluation. */
    void add(String project, Instant time, String data) {
        int size = 2 * data.length() + EVENT_OVERHEAD;
        if (closed || !memory.tryAcquire(size)) {
            lost.increment();
            return;
        }
        taken.incrementAndGet();
        queue.add(new Waiting(project, new ProjectEvent(EventType.EVALUATION, time, data), size));
    }

    /**
     * Waits until the events of all evaluations that were answered before are in the store, or lost.
     *
     * @return whether that happened in time
     */
    public boolean settle(Duration timeout) {
        long goal = taken.get();
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (settling) {
            while (settled < goal) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(settling, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    private void run() {
        List<Waiting> drained = new ArrayList<>();
        while (true) {
            drained.clear();
            try {
                drained.add(queue.take());
            } catch (InterruptedException e) {
                return; // Closed, and nothing waits.
            }
            queue.drainTo(drained, DRAIN_MAX);
            int start = 0;
            while (start < drained.size()) {
                int end = endOfBatch(drained, start);
                append(drained.subList(start, end));
                start = end;
            }
        }
    }

    /** Those that follow each other in one project are stored together. */
    private static int endOfBatch(List<Waiting> waiting, int start) {
        int end = start + 1;
        while (end < waiting.size()
                && end - start < BATCH_MAX
                && waiting.get(end).project.equals(waiting.get(start).project)) {
            end++;
        }
        return end;
    }

    private void append(List<Waiting> waiting) {
        List<ProjectEvent> events = waiting.stream().map(Waiting::event).toList();
        Counter outcome = isStored(waiting.getFirst().project, events) ? stored : lost;
        outcome.increment(events.size());
        memory.release(waiting.stream().mapToInt(Waiting::size).sum());
        synchronized (settling) {
            settled += events.size();
            settling.notifyAll();
        }
    }

    private boolean isStored(String project, List<ProjectEvent> events) {
        boolean isRetry = false;
        while (true) {
            try {
                store.append(new EventBatch(EventIds.newBatchId(), null, project, clock.instant(), events));
                if (isRetry) {
                    log.info("The events of evaluations are stored again");
                }
                return true;
            } catch (ResourceNotFoundException e) {
                return false; // The project was deleted, and its events with it.
            } catch (EvidentlyException e) {
                if (!isRetry) {
                    log.warn("The events of evaluations wait until they can be stored: {}", e.getMessage());
                }
                isRetry = true;
            } catch (RuntimeException e) {
                log.error("The events of evaluations could not be stored", e);
                return false;
            }
            try {
                Thread.sleep(RETRY_DELAY);
            } catch (InterruptedException e) {
                return false; // Closed, and the time to wait is over.
            }
        }
    }

    /** Waits for what waits, for as long as a server may take that stops. */
    @Override
    public void close() {
        closed = true;
        if (!settle(STOP_WAIT_MAX)) {
            log.warn("{} events of evaluations are lost: the store did not take them in time", queue.size());
        }
        thread.interrupt();
        try {
            thread.join(STOP_WAIT_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
