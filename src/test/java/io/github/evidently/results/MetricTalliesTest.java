package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventIds;
import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventType;
import io.github.evidently.event.InMemoryEventStore;
import io.github.evidently.event.ProjectEvent;
import io.github.evidently.event.StoredEvent;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricTalliesTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private final Store store = new Store();
    private final MetricTallies tallies = new MetricTallies(store, Clock.systemUTC());
    private final Experiment experiment = MetricTallyTest.experiment();
    private final Execution execution = new Execution(START, null);

    /** Fails when it is told to, after so many events. */
    private static final class Store extends InMemoryEventStore {

        private int failAfter = Integer.MAX_VALUE;
        private int handedOver;

        @Override
        public synchronized void read(EventQuery query, Predicate<StoredEvent> visitor) {
            super.read(query, event -> {
                if (handedOver++ >= failAfter) {
                    throw new IllegalStateException("planted");
                }
                return visitor.test(event);
            });
        }
    }

    @BeforeEach
    void fill() {
        store.createProject("p");
        append(EventType.EVALUATION, """
                {"feature":"f","entityId":"anna","variation":"v","type":"EXPERIMENT_RULE_MATCH",\
                "details":{"experiment":"x","treatment":"a"}}""");
        for (int i = 0; i < 9; i++) {
            append(EventType.CUSTOM, "{\"id\":\"anna\",\"value\":1}");
        }
    }

    @Test
    void readTheLogOnce() {
        assertThat(samples(1)).isEqualTo(9);
        assertThat(samples(1)).isEqualTo(9);
        assertThat(store.handedOver).isEqualTo(10);
    }

    /** As after a reset under a clock that stands still. */
    @Test
    void areNotThoseOfAProjectOfTheSameName() {
        assertThat(samples(1)).isEqualTo(9);
        assertThat(samples(2)).isEqualTo(9);
        assertThat(store.handedOver).isEqualTo(20);
    }

    @Test
    void goOnAfterAFailureWithoutCountingTwice() {
        store.failAfter = 5;
        assertThatIllegalStateException().isThrownBy(() -> samples(1));
        store.failAfter = Integer.MAX_VALUE;
        assertThat(samples(1)).isEqualTo(9);
    }

    @Test
    void keepWithinTheirMemory() {
        long each = tallies.read(1, experiment, execution, MetricTally::bytes);
        long room = MetricTallies.BYTES_MAX / each;
        for (long project = 1; project <= room + 5; project++) {
            samples(project);
        }
        assertThat(tallies.count()).isEqualTo((int) room);
    }

    private long samples(long projectId) {
        return tallies.read(
                projectId,
                experiment,
                execution,
                tally -> tally
                        .between(0, START.toEpochMilli(), START.plusSeconds(60).toEpochMilli())[0].count());
    }

    private void append(EventType type, String data) {
        store.append(
                new EventBatch(EventIds.newBatchId(), null, "p", START, List.of(new ProjectEvent(type, START, data))));
    }
}
