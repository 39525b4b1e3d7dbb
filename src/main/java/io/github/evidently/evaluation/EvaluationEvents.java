package io.github.evidently.evaluation;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.project.Project;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Writes the events of evaluations to the event store asynchronously: no answer waits for the disk.
 *
 * <p>While the store fails, events wait in a queue of bounded memory; events beyond that bound are lost. A crash loses
 * the events that were not yet on disk. {@code evidently_evaluation_events_total} counts by outcome: the event of each
 * evaluation is stored, lost or waiting. Thread-safe.
 */
@Component
public class EvaluationEvents implements AutoCloseable {

    // EventIds has room for 64 in a batch.
    private static final int BATCH_MAX = 50;
    private static final int DRAIN_MAX = 2_000;

    /** The minimum time between commits: a sync for a few events would cost more than they do. */
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(20);

    /** The approximate memory that an event takes besides its text. */
    private static final int EVENT_OVERHEAD = 200;

    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(2);

    private static final Logger logger = LoggerFactory.getLogger(EvaluationEvents.class);

    /** An event that waits. */
    private record Waiting(Project project, ProjectEvent event, int size) {}

    private final EventLog log;
    private final Clock clock;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Semaphore memory;
    private final AtomicLong taken = new AtomicLong();
    private final Counter stored;
    private final Counter lost;
    private final Thread thread;

    /** How many of the accepted events have been stored or lost. Its monitor is notified of each change. */
    private final AtomicLong settled = new AtomicLong();

    private volatile boolean closed;
    private volatile boolean givenUp;

    EvaluationEvents(EventLog log, EvaluationProperties properties, Clock clock, MeterRegistry meters) {
        this.log = log;
        this.clock = clock;
        this.memory = new Semaphore(Math.toIntExact(properties.queueMemoryMax().toBytes()));
        this.stored = counter(meters, "stored");
        this.lost = counter(meters, "lost");
        Gauge.builder("evidently.evaluation.events.waiting", this, EvaluationEvents::waiting)
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

    /** Accepts the event of an evaluation. */
    void add(Project project, Instant time, String data) {
        int size = 2 * data.length() + EVENT_OVERHEAD;
        if (closed || !memory.tryAcquire(size)) {
            lost.increment();
            return;
        }
        taken.incrementAndGet();
        queue.add(new Waiting(project, new ProjectEvent(EventType.EVALUATION, time, data), size));
    }

    /**
     * Waits until the events of all evaluations that were answered before are in the store or lost.
     *
     * @return whether that happened in time
     */
    public boolean settle(Duration timeout) {
        long goal = taken.get();
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (settled) {
            while (settled.get() < goal) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(settled, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    private long waiting() {
        return taken.get() - settled.get();
    }

    private void run() {
        List<Waiting> drained = new ArrayList<>();
        while (!givenUp || !queue.isEmpty()) {
            drained.clear();
            try {
                drained.add(queue.take());
                long start = System.nanoTime();
                queue.drainTo(drained, DRAIN_MAX - 1);
                // One commit for the events of one project, even if they alternate with those of other projects.
                Map<Long, List<Waiting>> byProject = new LinkedHashMap<>();
                drained.forEach(waiting -> byProject
                        .computeIfAbsent(waiting.project.key(), _ -> new ArrayList<>())
                        .add(waiting));
                byProject.values().forEach(this::append);
                if (queue.size() < DRAIN_MAX) {
                    TimeUnit.NANOSECONDS.sleep(COMMIT_INTERVAL.toNanos() - (System.nanoTime() - start));
                }
            } catch (InterruptedException e) {
                // The server gave up: what is left counts as lost.
            }
        }
    }

    private void append(List<Waiting> waiting) {
        Counter outcome = isStored(waiting) ? stored : lost;
        outcome.increment(waiting.size());
        memory.release(waiting.stream().mapToInt(Waiting::size).sum());
        synchronized (settled) {
            settled.addAndGet(waiting.size());
            settled.notifyAll();
        }
    }

    /** @param waiting of one project */
    private boolean isStored(List<Waiting> waiting) {
        Project project = waiting.getFirst().project;
        List<EventBatch> batches = batches(project, waiting);
        boolean isRetry = false;
        while (!givenUp) {
            try {
                List<UUID> _ = log.append(batches);
                if (isRetry) {
                    logger.info("The events of evaluations are stored again");
                }
                return true;
            } catch (ResourceNotFoundException e) {
                return false; // The project was deleted with its events, even if another one has the same name now.
            } catch (EvidentlyException e) {
                if (!isRetry) {
                    logger.warn("The events of evaluations wait until they can be stored: {}", e.getMessage());
                }
                isRetry = true;
            } catch (RuntimeException | Error e) {
                logger.error("The events of evaluations could not be stored", e);
                return false;
            }
            try {
                Thread.sleep(RETRY_DELAY);
            } catch (InterruptedException e) {
                return false; // Given up.
            }
        }
        return false;
    }

    private List<EventBatch> batches(Project project, List<Waiting> waiting) {
        Instant now = clock.instant();
        List<EventBatch> batches = new ArrayList<>();
        for (int start = 0; start < waiting.size(); start += BATCH_MAX) {
            List<ProjectEvent> events = waiting.subList(start, Math.min(start + BATCH_MAX, waiting.size())).stream()
                    .map(Waiting::event)
                    .toList();
            batches.add(new EventBatch(EventIds.newBatchId(), null, project.key(), now, events));
        }
        return batches;
    }

    /** Waits until the queue is empty, for at most the time that a shutdown may take. */
    @Override
    public void close() {
        closed = true;
        if (!settle(STOP_WAIT_MAX)) {
            logger.warn("{} events of evaluations are lost: the store did not take them in time", waiting());
        }
        givenUp = true;
        thread.interrupt();
        try {
            thread.join(STOP_WAIT_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
