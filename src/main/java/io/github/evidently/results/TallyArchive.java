package io.github.evidently.results;

import io.github.evidently.persistence.TallyStore;
import io.github.evidently.persistence.TallyStore.Content;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import io.github.evidently.results.StartedExperiments.Started;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads tallies from the store and writes them there, so that a restart continues from their positions. For one thread.
 */
final class TallyArchive {

    /** The minimum time between writes. */
    static final Duration WRITE_PAUSE_MIN = Duration.ofSeconds(30);

    /** How long a node that another was ahead of waits before it looks whether that one still writes. */
    private static final Duration TAKE_OVER_PAUSE = WRITE_PAUSE_MIN.multipliedBy(4);

    /** The average number of bytes written per second. */
    private static final long WRITE_BYTES_PER_SECOND = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(TallyArchive.class);

    private final TallyStore store;
    private final Map<ExecutionKey, TallyEntry> known = new HashMap<>();

    /** When the next tally may be written, as System.nanoTime(). */
    private long nextWrite = System.nanoTime();

    TallyArchive(TallyStore store) {
        this.store = store;
    }

    /** Reads what the store has; must be called once, first. */
    void open() {
        store.list().forEach(entry -> known.put(entry.key(), entry));
    }

    /** Deletes the tallies whose experiment or project was deleted; returns their keys. */
    List<ExecutionKey> retain(Set<ExecutionKey> started) {
        List<ExecutionKey> deleted = new ArrayList<>();
        for (TallyEntry entry : new ArrayList<>(known.values())) {
            if (!started.contains(entry.key())) {
                store.delete(entry);
                known.remove(entry.key());
                deleted.add(entry.key());
            }
        }
        return deleted;
    }

    /**
     * Returns the entry of an experiment.
     *
     * @param firstSequence after which its events begin, if it has none yet
     */
    TallyEntry entry(ExecutionKey key, long firstSequence) {
        TallyEntry entry = known.get(key);
        if (entry == null) {
            entry = store.create(key, firstSequence);
            known.put(key, entry);
        }
        return entry;
    }

    /** Reads a tally, or starts it again where there is no valid one. */
    KeptTally load(Started started, TallyEntry entry) {
        try {
            Content content = store.read(entry, TallyCodec.VERSION);
            if (content != null) {
                ExperimentTally tally =
                        new ExperimentTally(started.experiment(), started.execution(), entry.firstSequence());
                TallyCodec.read(tally, content.head(), content.parts());
                return new KeptTally(started, entry, tally, false, content.generation());
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

    /** Starts a tally again. */
    KeptTally anew(Started started, TallyEntry entry) {
        TallyEntry open = new TallyEntry(entry.id(), entry.key(), entry.firstSequence(), false);
        known.put(open.key(), open);
        return new KeptTally(
                started,
                open,
                new ExperimentTally(started.experiment(), started.execution(), open.firstSequence()),
                true,
                store.generation(open));
    }

    /**
     * Writes a tally as closed: nothing is counted in it any more. When another node has written it meanwhile, that copy is read, so
     * that late events count on all nodes or on none.
     */
    KeptTally close(KeptTally one) {
        TallyEntry entry = new TallyEntry(one.entry.id(), one.key(), one.entry.firstSequence(), true);
        KeptTally closed = new KeptTally(one.started, entry, one.tally, one.isNew, one.generation);
        if (!write(closed)) {
            store.list().stream()
                    .filter(stored -> stored.id() == entry.id())
                    .forEach(stored -> known.put(stored.key(), stored));
            return load(one.started, known.getOrDefault(one.key(), one.entry));
        }
        known.put(entry.key(), entry);
        return closed;
    }

    /**
     * Writes what has changed. Only the calling thread changes tallies, so nothing changes meanwhile.
     *
     * @return false when another node has written the tally meanwhile; its copy is as good
     */
    boolean write(KeptTally one) {
        TallyCodec.Written written;
        synchronized (one.tally) {
            written = TallyCodec.write(one.tally);
        }
        long sequence = one.tally.sequence();
        boolean isWritten = store.write(
                one.entry,
                one.generation,
                TallyCodec.VERSION,
                one.entry.closed(),
                written.head(),
                written.parts(),
                one.isNew);
        if (!isWritten) {
            leaveToAnother(one, store.generation(one.entry));
            return false;
        }
        TallyCodec.written(one.tally);
        one.isNew = false;
        one.isOfAnother = false;
        one.generation++;
        one.writtenSequence = sequence;
        long bytes = written.head().length
                + written.parts().values().stream()
                        .mapToLong(part -> part.length)
                        .sum();
        nextWrite = System.nanoTime() + Duration.ofSeconds(1).toNanos() * bytes / WRITE_BYTES_PER_SECOND;
        one.nextWrite = System.nanoTime() + WRITE_PAUSE_MIN.toNanos();
        return true;
    }

    /** What has changed since the last write of this node does not fit the copy any more: a next write needs all parts. */
    private static void leaveToAnother(KeptTally one, long generation) {
        TallyCodec.markAll(one.tally);
        one.isNew = true;
        one.isOfAnother = true;
        one.generation = generation;
        one.nextWrite = System.nanoTime() + TAKE_OVER_PAUSE.toNanos();
    }

    /** Tells whether another node still writes the tally. */
    private boolean isWrittenByAnother(KeptTally one) {
        if (!one.isOfAnother) {
            return false;
        }
        long generation = store.generation(one.entry);
        boolean isAlive = generation != one.generation;
        if (isAlive) {
            leaveToAnother(one, generation);
        }
        return isAlive;
    }

    /**
     * Writes the tallies that are due, one after the other: the writes of many at once would keep the committer from
     * events.
     */
    void writeDue(List<KeptTally> tallies) {
        List<KeptTally> due = tallies.stream()
                .filter(one -> one.nextWrite - System.nanoTime() <= 0 && one.isAhead())
                .sorted(Comparator.comparingLong(one -> one.nextWrite))
                .toList();
        for (KeptTally one : due) {
            if (nextWrite - System.nanoTime() > 0) {
                return;
            }
            if (!isWrittenByAnother(one)) {
                boolean _ = write(one);
            }
        }
    }

    /** Writes as much as fits in the time; the rest is counted again after the next start. */
    void writeAtStop(List<KeptTally> tallies, Duration timeMax) {
        long deadline = System.nanoTime() + timeMax.toNanos();
        try {
            for (KeptTally one : tallies) {
                if (System.nanoTime() < deadline && one.isAhead() && !one.isOfAnother) {
                    boolean _ = write(one);
                }
            }
        } catch (RuntimeException e) {
            log.debug("results are counted again after the next start", e);
        }
    }
}
