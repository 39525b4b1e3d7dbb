package io.github.evidently.persistence.sqlite;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Measures the transactions of the committer, and tells the checkpointer how much the log grows. */
final class CommitMeters implements GroupCommitter.Listener {

    private final Timer commits;
    private final Counter failures;
    private final Checkpointer checkpointer;

    CommitMeters(MeterRegistry meters, Checkpointer checkpointer) {
        this.commits = Timer.builder("evidently.commit")
                .description("Time from the start of a transaction until it is on disk")
                .publishPercentiles(0.5, 0.99, 0.999)
                .register(meters);
        this.failures = Counter.builder("evidently.commit.failures")
                .description("Transactions that could not be committed; nothing of them was acknowledged")
                .register(meters);
        this.checkpointer = checkpointer;
    }

    @Override
    public void committed(Duration duration, long bytes) {
        commits.record(duration);
        checkpointer.committed(bytes);
    }

    @Override
    public void failed() {
        failures.increment();
    }
}
