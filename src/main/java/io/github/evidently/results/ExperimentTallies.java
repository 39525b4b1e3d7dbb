package io.github.evidently.results;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.event.EventStore;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.results.StartedExperiments.Started;
import io.github.evidently.results.TallyStore.Content;
import io.github.evidently.results.TallyStore.ExecutionKey;
import io.github.evidently.results.TallyStore.TallyEntry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The tallies of all experiments that were started, kept up to date in the background.
 *
 * <p>One thread reads the log, each event once for all experiments of its project, from where each tally stands: the first time from the
 * experiment's beginning. Now and then it writes what it has counted, so that a restart reads on from there. Tallies that have no room in
 * memory are written and put aside; when somebody asks for one, it is read and catches up. Thread-safe.
 */
@Component
class ExperimentTallies implements AutoCloseable {

    /** How much memory tallies may take that nobody is asking for. */
    static final long BYTES_MAX = 96L * 1024 * 1024;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** How long an answer may wait until its tally has caught up. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** How long after the end of an experiment late events are counted. */
    private static final Duration LATE_MAX = Duration.ofHours(24);

    /** How often what was counted is written, at most. */
    private static final Duration WRITE_PAUSE_MIN = Duration.ofSeconds(30);

    /** How much is written in a second, on average: a large tally is written less often. */
    private static final long WRITE_BYTES_PER_SECOND = 1024 * 1024;

    private static final Duration STOP_WAIT_MAX = Duration.ofSeconds(2);

    // Afterwards it is looked whether there are new experiments, and whether somebody waits.
    private static final long EVENTS_IN_A_ROW = 500_000;

    private static final Logger log = LoggerFactory.getLogger(ExperimentTallies.class);

    private final EventStore events;
    private final StartedExperiments experiments;
    private final TallyStore store;
    private final Clock clock;
    private final TallyMetrics metrics;
    private final long bytesMax;
    private final Thread thread;

    /** Its monitor guards what follows. */
    private final Object lock = new Object();

    private final Map<ExecutionKey, Kept> kept = new HashMap<>();
    private final Map<ExecutionKey, Integer> wanted = new HashMap<>();
    private boolean asked;
    private boolean closed;
    private @Nullable RuntimeException failure;

    // For the thread alone.
    private final Map<ExecutionKey, TallyEntry> known = new HashMap<>();
    private final Map<ExecutionKey, Instant> finishedSince = new HashMap<>();
    private final Map<ExecutionKey, Long> sizes = new HashMap<>();
    private boolean isListed;
    private long lastSequenceBefore;
    private Map<String, EventReader> readers = Map.of();
    private Set<ExecutionKey> readersOf = Set.of();

    /** A tally in memory. */
    private static final class Kept {

        private final Started started;
        private final TallyEntry entry;
        private final ExperimentTally tally;
        private boolean isNew;
        private long writtenSequence;
        private long nextWrite;
        private long lastAsked = System.nanoTime();

        Kept(Started started, TallyEntry entry, ExperimentTally tally, boolean isNew) {
            this.started = started;
            this.entry = entry;
            this.tally = tally;
            this.isNew = isNew;
            this.writtenSequence = isNew ? -1 : tally.sequence();
            this.nextWrite = System.nanoTime() + WRITE_PAUSE_MIN.toNanos();
        }
    }

    ExperimentTallies(
            EventStore events, StartedExperiments experiments, TallyStore store, Clock clock, TallyMetrics metrics) {
        this.events = events;
        this.experiments = experiments;
        this.store = store;
        this.clock = clock;
        this.metrics = metrics;
        this.bytesMax = Math.min(BYTES_MAX, Runtime.getRuntime().maxMemory() / 4);
        this.thread = Thread.ofPlatform().name("evidently-results").start(this::run);
    }

    /**
     * Gives what is counted of a started experiment, with all events that are in the store.
     *
     * @param use must not keep the tally, nor call this
     * @throws ThrottlingException when the tally does not catch up in time
     */
    <T> T read(ExecutionKey key, Function<ExperimentTally, T> use) {
        long target = events.lastSequence();
        long deadline = System.nanoTime() + WAIT_MAX.toNanos();
        synchronized (lock) {
            wanted.merge(key, 1, Integer::sum);
        }
        try {
            ExperimentTally tally = await(key, target, deadline);
            synchronized (tally) {
                return use.apply(tally);
            }
        } finally {
            synchronized (lock) {
                wanted.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private ExperimentTally await(ExecutionKey key, long target, long deadline) {
        synchronized (lock) {
            failure = null;
            while (true) {
                Kept found = kept.get(key);
                if (found != null && isUpTo(found, target)) {
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
                lock.notifyAll();
                try {
                    lock.wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new ThrottlingException("The request was interrupted", RETRY_AFTER);
                }
            }
        }
    }

    private static boolean isUpTo(Kept one, long target) {
        synchronized (one.tally) {
            return one.entry.closed() || one.tally.sequence() >= target;
        }
    }

    /** How many are in memory. */
    int count() {
        synchronized (lock) {
            return kept.size();
        }
    }

    private void run() {
        boolean isBehind = false;
        while (true) {
            synchronized (lock) {
                if (!isBehind && !asked && !closed) {
                    try {
                        lock.wait(PAUSE.toMillis());
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                if (closed) {
                    break;
                }
                asked = false;
            }
            try {
                isBehind = pass();
                synchronized (lock) {
                    lock.notifyAll();
                }
            } catch (RuntimeException | Error e) {
                isBehind = false;
                log.warn("The events of experiments are counted later: {}", e.toString());
                log.debug("counting failed", e);
                synchronized (lock) {
                    failure = e instanceof RuntimeException failed ? failed : new IllegalStateException(e);
                    lock.notifyAll();
                }
            }
        }
        writeAtStop();
    }

    /** Brings tallies up to date; returns whether some are still behind. */
    private boolean pass() {
        long head = events.lastSequence();
        Map<ExecutionKey, Started> started = started();
        forget(started.keySet());
        long first = isListed ? lastSequenceBefore : 0;
        isListed = true;
        for (Started one : started.values()) {
            keepUp(one, first);
        }
        lastSequenceBefore = head;
        boolean isBehind = readOn(head);
        closeFinished(started);
        writeDue();
        putAside();
        metrics.update(snapshot());
        return isBehind;
    }

    private Map<ExecutionKey, Started> started() {
        Map<ExecutionKey, Started> started = new LinkedHashMap<>();
        experiments.list().forEach(one -> started.put(one.key(), one));
        return started;
    }

    /** Forgets those whose experiment or project was deleted. */
    private void forget(Set<ExecutionKey> started) {
        if (!isListed) {
            store.list().forEach(entry -> known.put(entry.key(), entry));
        }
        for (TallyEntry entry : new ArrayList<>(known.values())) {
            if (!started.contains(entry.key())) {
                synchronized (lock) {
                    kept.remove(entry.key());
                }
                store.delete(entry);
                known.remove(entry.key());
                finishedSince.remove(entry.key());
                sizes.remove(entry.key());
            }
        }
    }

    /** Takes an experiment into memory if it goes on, or somebody asks for it. */
    private void keepUp(Started started, long firstSequence) {
        TallyEntry entry = known.get(started.key());
        if (entry == null) {
            entry = store.create(started.key(), firstSequence);
            known.put(started.key(), entry);
        }
        Kept present;
        boolean isWanted;
        boolean hasRoom;
        synchronized (lock) {
            present = kept.get(started.key());
            isWanted = wanted.containsKey(started.key());
            hasRoom = bytes() + sizes.getOrDefault(started.key(), 0L) < bytesMax;
        }
        if (present == null && (isWanted || (!entry.closed() && hasRoom))) {
            present = load(started, entry);
            put(present);
        }
        if (present != null) {
            endAt(present, started);
        }
    }

    private void put(Kept one) {
        synchronized (lock) {
            kept.put(one.started.key(), one);
        }
    }

    /** A stop may be before the analysis is complete, and samples may have timestamps after it. */
    private void endAt(Kept present, Started started) {
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
        put(anew(started, present.entry));
    }

    private Kept load(Started started, TallyEntry entry) {
        try {
            Content content = store.read(entry, TallyCodec.VERSION);
            if (content != null) {
                ExperimentTally tally =
                        new ExperimentTally(started.experiment(), started.execution(), entry.firstSequence());
                TallyCodec.read(tally, content.head(), content.parts());
                return new Kept(started, entry, tally, false);
            }
        } catch (IOException | RuntimeException e) {
            log.warn(
                    "The results of experiment {} in project {} are counted anew: {}",
                    started.key().experiment(),
                    started.project(),
                    e.toString());
        }
        return anew(started, entry);
    }

    private Kept anew(Started started, TallyEntry entry) {
        TallyEntry open = new TallyEntry(entry.id(), entry.key(), entry.firstSequence(), false);
        known.put(open.key(), open);
        return new Kept(
                started,
                open,
                new ExperimentTally(started.experiment(), started.execution(), open.firstSequence()),
                true);
    }

    /**
     * Reads the log: first what has come since for those that are up to date, then some of what others lack.
     *
     * @return whether some are still behind
     */
    private boolean readOn(long head) {
        List<Kept> open = snapshotKept().stream()
                .filter(one -> !one.entry.closed())
                .sorted(Comparator.comparingLong(one -> one.tally.sequence()))
                .toList();
        if (open.isEmpty()) {
            return false;
        }
        long foremost = open.getLast().tally.sequence();
        if (foremost < head) {
            read(
                    open.stream()
                            .filter(one -> one.tally.sequence() == foremost)
                            .toList(),
                    foremost,
                    Math.min(head, foremost + EVENTS_IN_A_ROW));
        }
        long last = open.stream().mapToLong(one -> one.tally.sequence()).min().orElse(head);
        if (last < head && last < foremost) {
            read(open, last, Math.min(head, last + EVENTS_IN_A_ROW));
        }
        return open.stream().anyMatch(one -> one.tally.sequence() < head);
    }

    /** @param to the last sequence that is counted; up to there the tallies are complete then */
    private void read(List<Kept> tallies, long from, long to) {
        List<Kept> behind =
                tallies.stream().filter(one -> one.tally.sequence() < to).toList();
        Map<String, List<ExperimentTally>> byProject = new HashMap<>();
        behind.forEach(one -> byProject
                .computeIfAbsent(one.started.project(), _ -> new ArrayList<>())
                .add(one.tally));
        new EventCounting(events, byProject, readers(tallies)).count(from, to);
    }

    private Map<String, EventReader> readers(List<Kept> tallies) {
        Set<ExecutionKey> keys = new HashSet<>();
        tallies.forEach(one -> keys.add(one.started.key()));
        if (!keys.equals(readersOf)) {
            Map<String, List<Experiment>> byProject = new HashMap<>();
            tallies.forEach(one -> byProject
                    .computeIfAbsent(one.started.project(), _ -> new ArrayList<>())
                    .add(one.started.experiment()));
            Map<String, EventReader> made = new HashMap<>();
            byProject.forEach((project, ofProject) -> made.put(project, new EventReader(ofProject, null)));
            readers = made;
            readersOf = keys;
        }
        return readers;
    }

    /** Nothing is counted any more some time after the end. */
    private void closeFinished(Map<ExecutionKey, Started> started) {
        Instant now = clock.instant();
        Instant lifecycleNow = experiments.now();
        for (Kept one : snapshotKept()) {
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
                TallyEntry entry = new TallyEntry(one.entry.id(), key, one.entry.firstSequence(), true);
                known.put(key, entry);
                Kept done = new Kept(one.started, entry, one.tally, one.isNew);
                write(done, true);
                put(done);
            }
        }
    }

    private void writeDue() {
        for (Kept one : snapshotKept()) {
            if (one.nextWrite - System.nanoTime() <= 0 && one.writtenSequence < one.tally.sequence()) {
                write(one, one.entry.closed());
            }
        }
    }

    /** Only this thread changes tallies, so that nothing changes while it writes one. */
    private void write(Kept one, boolean isClosed) {
        TallyCodec.Written written;
        synchronized (one.tally) {
            written = TallyCodec.write(one.tally);
        }
        long sequence = one.tally.sequence();
        store.write(one.entry, TallyCodec.VERSION, isClosed, written.head(), written.parts(), one.isNew);
        TallyCodec.written(one.tally);
        one.isNew = false;
        one.writtenSequence = sequence;
        long bytes =
                written.parts().values().stream().mapToLong(part -> part.length).sum();
        long pause = Math.max(
                WRITE_PAUSE_MIN.toNanos(),
                Duration.ofSeconds(bytes / WRITE_BYTES_PER_SECOND).toNanos());
        one.nextWrite = System.nanoTime() + pause;
    }

    /** Makes room: those go first that nobody has asked for longest. */
    private void putAside() {
        List<Kept> oldestFirst = snapshotKept().stream()
                .sorted(Comparator.comparingLong(one -> one.lastAsked))
                .toList();
        for (Kept one : oldestFirst) {
            synchronized (lock) {
                if (bytes() <= bytesMax) {
                    return;
                }
                if (wanted.containsKey(one.started.key())) {
                    continue;
                }
            }
            if (one.writtenSequence < one.tally.sequence()) {
                write(one, one.entry.closed());
            }
            synchronized (lock) {
                if (!wanted.containsKey(one.started.key())) {
                    kept.remove(one.started.key());
                    sizes.put(one.started.key(), one.tally.bytes());
                }
            }
        }
    }

    private long bytes() {
        return kept.values().stream().mapToLong(one -> one.tally.bytes()).sum();
    }

    private List<Kept> snapshotKept() {
        synchronized (lock) {
            return new ArrayList<>(kept.values());
        }
    }

    private List<ExperimentTally> snapshot() {
        return snapshotKept().stream().map(one -> one.tally).toList();
    }

    /** What is not written in time is counted again after the next start. */
    private void writeAtStop() {
        long deadline = System.nanoTime() + STOP_WAIT_MAX.toNanos();
        try {
            for (Kept one : snapshotKept()) {
                if (System.nanoTime() < deadline && one.writtenSequence < one.tally.sequence()) {
                    write(one, one.entry.closed());
                }
            }
        } catch (RuntimeException e) {
            log.debug("results are counted again after the next start", e);
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
        try {
            thread.join(STOP_WAIT_MAX.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
