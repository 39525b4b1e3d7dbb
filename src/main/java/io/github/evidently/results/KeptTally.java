package io.github.evidently.results;

import io.github.evidently.persistence.TallyStore.ExecutionKey;
import io.github.evidently.persistence.TallyStore.TallyEntry;
import io.github.evidently.results.StartedExperiments.Started;

/** A tally in memory, with what is known of its copy in the store. */
final class KeptTally {

    final Started started;
    final TallyEntry entry;
    final ExperimentTally tally;

    /** Whether what the store has is of another count. */
    boolean isNew;

    /** Up to which sequence the store has it; -1 for nothing. */
    long writtenSequence;

    // System.nanoTime()
    long nextWrite;
    long lastAsked = System.nanoTime();

    KeptTally(Started started, TallyEntry entry, ExperimentTally tally, boolean isNew) {
        this.started = started;
        this.entry = entry;
        this.tally = tally;
        this.isNew = isNew;
        this.writtenSequence = isNew ? -1 : tally.sequence();
        this.nextWrite = System.nanoTime() + TallyArchive.WRITE_PAUSE_MIN.toNanos();
    }

    ExecutionKey key() {
        return started.key();
    }

    /** Whether all events up to a sequence are counted. */
    boolean isUpTo(long sequence) {
        synchronized (tally) {
            return entry.closed() || tally.sequence() >= sequence;
        }
    }

    /** Whether the store lacks something of it. */
    boolean isAhead() {
        return writtenSequence < tally.sequence();
    }
}
