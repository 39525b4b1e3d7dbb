package io.github.evidently.results;

import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import io.github.evidently.results.StartedExperiments.Started;

/** A tally in memory, with the state of its copy in the store. */
final class KeptTally {

    final Started started;
    final TallyEntry entry;
    final ExperimentTally tally;

    /** Whether the copy in the store is of another count, or was written by another node. */
    boolean isNew;

    /** Of the copy in the store, as far as this node knows. */
    long generation;

    /** Whether another node writes the copy. This one takes over when that no longer happens. */
    boolean isOfAnother;

    /** The sequence up to which the store has it; -1 for no copy. */
    long writtenSequence;

    // System.nanoTime()
    long nextWrite;
    long lastAsked = System.nanoTime();

    KeptTally(Started started, TallyEntry entry, ExperimentTally tally, boolean isNew, long generation) {
        this.started = started;
        this.entry = entry;
        this.tally = tally;
        this.isNew = isNew;
        this.generation = generation;
        this.writtenSequence = isNew ? -1 : tally.sequence();
        this.nextWrite = System.nanoTime() + TallyArchive.WRITE_PAUSE_MIN.toNanos();
    }

    ExecutionKey key() {
        return started.key();
    }

    /** Tells whether all events up to a sequence are counted. */
    boolean isUpTo(long sequence) {
        synchronized (tally) {
            return entry.closed() || tally.sequence() >= sequence;
        }
    }

    /** Tells whether the store lacks part of it. */
    boolean isAhead() {
        return writtenSequence < tally.sequence();
    }
}
