package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.TallyStore;
import io.github.evidently.results.StartedExperiments.Started;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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

    /** Of two nodes that count the same experiment one writes, and what is there is always whole. */
    @Test
    void leavesATallyToTheNodeThatWroteItUntilThatOneStops() {
        TallyArchive other = new TallyArchive(store);
        KeptTally here = counted(archive, 1, 2);
        KeptTally there = counted(other, 1, 2, 3);
        assertThat(there.entry).isEqualTo(here.entry);
        assertThat(archive.write(here)).isTrue();

        assertThat(other.write(there)).isFalse();
        assertThat(content()).isEqualTo(encoded(here));

        // The first still writes.
        count(here, 3);
        assertThat(archive.write(here)).isTrue();
        there.nextWrite = System.nanoTime();
        other.writeDue(List.of(there));
        assertThat(content()).isEqualTo(encoded(here));
        assertThat(there.nextWrite - System.nanoTime()).isGreaterThan(TallyArchive.WRITE_PAUSE_MIN.toNanos());

        // It has stopped.
        count(there, 4);
        there.nextWrite = System.nanoTime();
        other.writeDue(List.of(there));
        assertThat(content()).isEqualTo(encoded(there));

        // It was only slow.
        count(here, 5);
        assertThat(archive.write(here)).isFalse();
        assertThat(content()).isEqualTo(encoded(there));
    }

    /** Late events count on all nodes or on none. */
    @Test
    void closesATallyWithWhatTheNodeThatClosedItHasCounted() {
        TallyArchive other = new TallyArchive(store);
        KeptTally here = counted(archive, 1, 2);
        KeptTally there = counted(other, 1, 2, 3);
        assertThat(archive.close(here).entry.closed()).isTrue();

        KeptTally closed = other.close(there);

        assertThat(closed.entry.closed()).isTrue();
        assertThat(encoded(closed)).isEqualTo(encoded(here));
    }

    private KeptTally counted(TallyArchive of, double... values) {
        Started started =
                ExperimentFixture.started(1, ExperimentFixture.experiment("x", ExperimentFixture.START, null));
        KeptTally one = of.load(started, of.entry(started.key(), 0));
        count(one, values);
        return one;
    }

    private static void count(KeptTally one, double... values) {
        for (double value : values) {
            int minute = (int) value;
            one.tally.slices.add(0, ExperimentFixture.START.toEpochMilli() + minute * 60_000L, 0, 1, value, false);
            one.tally.sequence++;
        }
    }

    private String content() {
        TallyStore.Content content =
                Objects.requireNonNull(store.read(store.list().getFirst(), TallyCodec.VERSION));
        return text(content.head(), content.parts());
    }

    private static String encoded(KeptTally one) {
        TallyCodec.markAll(one.tally);
        TallyCodec.Written written = TallyCodec.write(one.tally);
        TallyCodec.written(one.tally);
        return text(written.head(), written.parts());
    }

    private static String text(byte[] head, Map<Integer, byte[]> parts) {
        StringBuilder text = new StringBuilder(HexFormat.of().formatHex(head));
        new TreeMap<>(parts).forEach((part, bytes) -> {
            if (part >= Assignments.SHARDS) {
                text.append(' ').append(part).append(':').append(HexFormat.of().formatHex(bytes));
            }
        });
        return text.toString();
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
