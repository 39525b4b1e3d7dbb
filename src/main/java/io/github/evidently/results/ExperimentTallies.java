package io.github.evidently.results;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.TallyStore;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import io.github.evidently.results.StartedExperiments.Started;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps the tallies of all started experiments up to date in the background.
 *
 * <p>One thread reads the log, each event once for all experiments of its project, from the position of each tally: the
 * first time from the experiment's beginning. It periodically writes the tallies, so that a restart continues from
 * there. Tallies that do not fit in memory are written and evicted; on request, an evicted one is read and catches up.
 * Thread-safe.
 */
@Component
class ExperimentTallies implements AutoCloseable {

    /** The maximum memory of tallies that no request is using. */
    static final long BYTES_MAX = 96L * 1024 * 1024;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long a response may wait until its tally has caught up. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    /** How long after the end of an experiment late events are counted. */
    private static final Duration LATE_MAX = Duration.ofHours(24);

    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(ExperimentTallies.class);

    private final EventLog events;
    private final StartedExperiments experiments;
    private final TallyArchive archive;
    private final TallyCatchUp catchUp;
    private final Clock clock;
    private final TallyMetrics metrics;
    private final KeptTallies kept;
    private final WaitingRequests requests;
    private final Thread thread;

    // Used only by the thread.
    private final Map<ExecutionKey, Instant> finishedSince = new HashMap<>();
    private boolean isListed;
    private long lastSequenceBefore;

    ExperimentTallies(
            EventLog events, StartedExperiments experiments, TallyStore store, Clock clock, TallyMetrics metrics) {
        this.events = events;
        this.experiments = experiments;
        this.archive = new TallyArchive(store);
        this.clock = clock;
        this.metrics = metrics;
        this.kept = new KeptTallies(Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / 4));
        this.requests = new WaitingRequests(kept);
        this.catchUp = new TallyCatchUp(events, new CountingPace(requests::rest));
        this.thread = Thread.ofPlatform().name("evidently-results").start(this::run);
    }

    /**
     * Reads the tally of a started experiment, with all events that are in the store.
     *
     * @param use must not keep the tally, nor call this method
     * @throws ThrottlingException when the tally does not catch up in time
     */
    <T> T read(ExecutionKey key, Function<ExperimentTally, T> use) {
        long target = events.lastSequence();
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        kept.want(key);
        try {
            ExperimentTally tally = requests.await(key, target, deadline);
            synchronized (tally) {
                return use.apply(tally);
            }
        } finally {
            kept.release(key);
        }
    }

    /** Returns how many are in memory. */
    int count() {
        return kept.count();
    }

    private void run() {
        boolean isBehind = false;
        boolean isFailing = false;
        while (requests.pause(isBehind ? Duration.ZERO : PAUSE)) {
            try {
                isBehind = pass();
                isFailing = false;
            } catch (RuntimeException | Error e) {
                isBehind = false;
                if (!isFailing) {
                    log.warn("The events of experiments are counted later: {}", e.toString());
                }
                isFailing = true;
                log.debug("counting failed", e);
                requests.fail(e instanceof RuntimeException failed ? failed : new IllegalStateException(e));
            }
        }
        archive.writeAtStop(kept.snapshot(), STOP_WAIT_MAX);
    }

    /** Brings tallies up to date; returns whether some are still behind. */
    private boolean pass() {
        // In this order: on a shared store, an experiment that is not listed begins after the head, and one whose tally
        // is known
        // and that is not listed was deleted.
        long head = events.lastSequence();
        if (!isListed) {
            archive.open();
        }
        Map<ExecutionKey, Started> started = started();
        forget(started.keySet());
        long first = isListed ? lastSequenceBefore : 0;
        isListed = true;
        for (Started one : started.values()) {
            archive.entry(one.key(), first);
            if (kept.isWanted(one.key())) {
                load(one);
            }
            endAt(one);
        }
        lastSequenceBefore = head;
        boolean isBehind = catchUp.readOn(kept.snapshot(), head);
        closeFinished(started);
        metrics.update(kept.snapshot().stream().map(one -> one.tally).toList());
        requests.wake();
        isBehind |= loadOthers(started.values());
        archive.writeDue(kept.snapshot());
        kept.putAside(archive);
        return isBehind;
    }

    private Map<ExecutionKey, Started> started() {
        Map<ExecutionKey, Started> started = new LinkedHashMap<>();
        experiments.list().forEach(one -> started.put(one.key(), one));
        return started;
    }

    /** Removes the tallies whose experiment or project was deleted. */
    private void forget(Set<ExecutionKey> started) {
        for (ExecutionKey deleted : archive.retain(started)) {
            kept.remove(deleted);
            finishedSince.remove(deleted);
        }
    }

    /**
     * Loads tallies that no request needs yet, at least one, until a request waits: after a start it need not wait for
     * the tallies of other experiments.
     *
     * @return whether there may be more to do
     */
    private boolean loadOthers(Collection<Started> started) {
        boolean hasLoaded = false;
        for (Started one : started) {
            if (hasLoaded && requests.exist()) {
                return true;
            }
            hasLoaded |= load(one);
        }
        return hasLoaded;
    }

    /** Loads the tally of an experiment into memory if it is running or a request needs it; returns whether it did. */
    private boolean load(Started started) {
        TallyEntry entry = archive.entry(started.key(), lastSequenceBefore);
        if (kept.find(started.key()) != null || !kept.isDue(started.key(), entry.closed())) {
            return false;
        }
        kept.put(archive.load(started, entry));
        return true;
    }

    /** Sets the end. A stop may come before the analysis is complete, and samples may have timestamps after it. */
    private void endAt(Started started) {
        KeptTally present = kept.find(started.key());
        if (present == null) {
            return;
        }
        long end = ExperimentTally.end(started.experiment(), started.execution());
        ExperimentTally tally = present.tally;
        if (tally.until == end) {
            return;
        }
        synchronized (tally) {
            if (tally.lastSample < end) {
                tally.until = end;
                return;
            }
        }
        kept.put(archive.anew(started, present.entry));
    }

    /** Closes finished tallies: some time after the end nothing is counted any more. */
    private void closeFinished(Map<ExecutionKey, Started> started) {
        Instant now = clock.instant();
        Instant lifecycleNow = experiments.now();
        for (KeptTally one : kept.snapshot()) {
            ExecutionKey key = one.started.key();
            boolean isFinished = Objects.requireNonNull(started.get(key))
                            .experiment()
                            .status()
                            .isFinished()
                    || one.tally.until <= lifecycleNow.toEpochMilli();
            if (!isFinished || one.entry.closed()) {
                finishedSince.remove(key);
            } else if (finishedSince
                    .computeIfAbsent(key, _ -> now)
                    .plus(LATE_MAX)
                    .isBefore(now)) {
                kept.put(archive.close(one));
            }
        }
    }

    @Override
    public void close() {
        requests.close();
        try {
            thread.join(STOP_WAIT_MAX.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
