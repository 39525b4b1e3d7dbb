package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.results.StartedExperiments.Started;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyArchiveTest {

    private final ExperimentTalliesTest.InMemoryTallyStore store = new ExperimentTalliesTest.InMemoryTallyStore();
    private final TallyArchive archive = new TallyArchive(store);

    /** Those of 20 experiments at once would keep the committer from events. */
    @Test
    void writesAtMostAMegabytePerSecond() {
        KeptTally first = due("x");
        KeptTally second = due("y");
        archive.writeDue(List.of(first, second));
        assertThat(first.isAhead()).isFalse();
        assertThat(second.isAhead()).isTrue();
    }

    /** With 10,000 samples that wait, which are 3 MB. */
    private KeptTally due(String name) {
        Started started =
                ExperimentFixture.started(1, ExperimentFixture.experiment(name, ExperimentFixture.START, null));
        KeptTally due = archive.anew(started, archive.entry(started.key(), 0));
        Example event = new Example(1, 0, "x".repeat(Example.LENGTH_MAX));
        for (int i = 0; i < 10_000; i++) {
            due.tally.waiting.add(0, 1, 1, 0, event);
        }
        due.nextWrite = System.nanoTime();
        return due;
    }
}
