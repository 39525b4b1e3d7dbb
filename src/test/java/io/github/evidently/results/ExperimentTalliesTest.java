package io.github.evidently.results;

import static io.github.evidently.results.ExperimentFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.TallyStore;
import io.github.evidently.results.StartedExperiments.Started;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExperimentTalliesTest {

    private final Store events = new Store();
    private final InMemoryTallyStore store = new InMemoryTallyStore();
    private final List<Started> started = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<ExperimentTallies> opened = new ArrayList<>();

    /** Fails when it is told to, after so many events. */
    private static final class Store extends EventLogFixture {

        private int failAfter = Integer.MAX_VALUE;
        private int handedOver;

        @Override
        public synchronized Slice read(EventQuery query, int limit) {
            if (handedOver >= failAfter) {
                throw new IllegalStateException("planted");
            }
            Slice slice = super.read(query, Math.min(limit, failAfter - handedOver));
            handedOver += slice.events().size();
            return slice;
        }

        synchronized int handedOver() {
            return handedOver;
        }

        synchronized void failAfter(int count) {
            failAfter = count;
        }
    }

    /** Tallies in memory. */
    static final class InMemoryTallyStore implements TallyStore {

        private final Map<Long, TallyEntry> entries = new TreeMap<>();
        private final Map<Long, Long> generations = new HashMap<>();
        private final Map<Long, byte[]> heads = new HashMap<>();
        private final Map<Long, Map<Integer, byte[]>> parts = new HashMap<>();
        private final CountDownLatch listed = new CountDownLatch(1);
        private final CountDownLatch read = new CountDownLatch(1);
        private int version = TallyCodec.VERSION;
        private boolean isListingHeld;
        private @Nullable String heldExperiment;
        private long lastId;

        @Override
        public List<TallyEntry> list() {
            if (isListingHeld) {
                await(listed);
            }
            return entries();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private synchronized List<TallyEntry> entries() {
            return List.copyOf(entries.values());
        }

        @Override
        public synchronized TallyEntry create(ExecutionKey key, long firstSequence) {
            for (TallyEntry present : entries.values()) {
                if (present.key().equals(key)) {
                    return present;
                }
            }
            TallyEntry entry = new TallyEntry(++lastId, key, firstSequence, false);
            entries.put(lastId, entry);
            return entry;
        }

        @Override
        public synchronized long generation(TallyEntry entry) {
            return generations.getOrDefault(entry.id(), 0L);
        }

        @Override
        public synchronized boolean write(
                TallyEntry entry,
                long generation,
                int version,
                boolean closed,
                byte[] head,
                Map<Integer, byte[]> some,
                boolean isNew) {
            if (generation(entry) != generation) {
                return false;
            }
            generations.put(entry.id(), generation + 1);
            entries.put(entry.id(), new TallyEntry(entry.id(), entry.key(), entry.firstSequence(), closed));
            heads.put(entry.id(), head);
            if (isNew) {
                parts.remove(entry.id());
            }
            parts.computeIfAbsent(entry.id(), _ -> new TreeMap<>()).putAll(some);
            return true;
        }

        @Override
        public @Nullable Content read(TallyEntry entry, int version) {
            if (entry.key().experiment().equals(heldExperiment)) {
                await(read);
            }
            return content(entry, version);
        }

        private synchronized @Nullable Content content(TallyEntry entry, int version) {
            byte[] head = heads.get(entry.id());
            return head == null || version != this.version
                    ? null
                    : new Content(generation(entry), head, Map.copyOf(parts.getOrDefault(entry.id(), Map.of())));
        }

        @Override
        public synchronized void delete(TallyEntry entry) {
            entries.remove(entry.id());
        }
    }

    @BeforeEach
    void fill() {
        events.createProject("p");
        append(EventType.EVALUATION, ExperimentFixture.evaluation("anna", "a"));
        for (int i = 0; i < 9; i++) {
            append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));
        }
    }

    @AfterEach
    void close() {
        opened.forEach(ExperimentTallies::close);
    }

    @Test
    void readTheLogOnce() {
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        assertThat(events.handedOver()).isEqualTo(10);
    }

    /** As after a reset under a clock that stands still. */
    @Test
    void areNotThoseOfAProjectOfTheSameName() {
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        started.clear();
        started.add(one(2, "x"));
        append(EventType.EVALUATION, ExperimentFixture.evaluation("berta", "a"));
        append(EventType.CUSTOM, ExperimentFixture.measurement("berta", 1));
        assertThat(samples(tallies, 2, "x")).isEqualTo(1);
        assertThat(store.list()).hasSize(1);
    }

    /** What came before an experiment began cannot be of it. */
    @Test
    void readFromWhereAnExperimentBegins() {
        ExperimentTallies tallies = open(START, one(1, "y"));
        assertThat(samples(tallies, 1, "y")).isZero();
        int before = events.handedOver();

        started.add(one(1, "x"));
        append(EventType.EVALUATION, ExperimentFixture.evaluation("anna", "a"));
        append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));

        assertThat(samples(tallies, 1, "x")).isEqualTo(1);
        assertThat(events.handedOver() - before).isLessThanOrEqualTo(5);
    }

    @Test
    void goOnAfterAFailureWithoutCountingTwice() {
        events.failAfter(5);
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThatIllegalStateException().isThrownBy(() -> samples(tallies, 1, "x"));
        events.failAfter(Integer.MAX_VALUE);
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
    }

    @Test
    void goOnAfterARestartFromWhereTheyStood() {
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        tallies.close();
        append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));

        assertThat(samples(open(START), 1, "x")).isEqualTo(10);
        assertThat(events.handedOver()).isEqualTo(11);
    }

    @Test
    void answerARequestBeforeTheTalliesOfOtherExperimentsAreRead() throws Exception {
        ExperimentTallies before = open(START, one(1, "x"), one(1, "y"));
        assertThat(samples(before, 1, "x")).isEqualTo(9);
        before.close();
        store.isListingHeld = true;
        store.heldExperiment = "x";

        ExperimentTallies tallies = open(START);
        FutureTask<Long> request = new FutureTask<>(() -> samples(tallies, 1, "y"));
        Thread thread = Thread.ofPlatform().start(request);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        store.listed.countDown();
        try {
            assertThat(request.get(10, TimeUnit.SECONDS)).isZero();
        } finally {
            store.read.countDown();
        }
    }

    /** Whatever each of them was asked in between; a sample may come before the evaluation of its entity. */
    @Test
    void areTheSameOnTwoNodesToTheLastDigit() {
        ExperimentTallies one = open(START, one(1, "x"));
        ExperimentTallies other = open(START);
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String entity = "e" + random.nextInt(20);
            append(EventType.CUSTOM, ExperimentFixture.measurement(entity, Math.exp(20 * random.nextGaussian())));
            if (random.nextInt(3) == 0) {
                append(EventType.EVALUATION, ExperimentFixture.evaluation(entity, random.nextInt(9) == 0 ? "b" : "a"));
            }
            if (random.nextInt(4) == 0) {
                assertThat(samples(one, 1, "x")).isPositive();
            }
        }

        assertThat(encoded(one)).isEqualTo(encoded(other));
    }

    private static String encoded(ExperimentTallies tallies) {
        Experiment experiment = ExperimentFixture.experiment("x", START, null);
        return tallies.read(ExperimentFixture.started(1, experiment).key(), tally -> {
            TallyCodec.markAll(tally);
            TallyCodec.Written written = TallyCodec.write(tally);
            StringBuilder text = new StringBuilder(HexFormat.of().formatHex(written.head()));
            written.parts().forEach((part, bytes) -> {
                if (part >= Assignments.SHARDS) {
                    text.append(' ').append(part).append(HexFormat.of().formatHex(bytes));
                }
            });
            return text.toString();
        });
    }

    @Test
    void areCountedAnewWhereTheVersionIsAnother() {
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        tallies.close();
        store.version++;

        assertThat(samples(open(START), 1, "x")).isEqualTo(9);
        assertThat(events.handedOver()).isEqualTo(20);
    }

    @Test
    void areCountedAnewWhereTheyCannotBeRead() {
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        tallies.close();
        store.heads.replaceAll((_, head) -> new byte[] {1, 2, 3});

        assertThat(samples(open(START), 1, "x")).isEqualTo(9);
    }

    /** A stop ends the samples to the millisecond, also those that had come with timestamps after it. */
    @Test
    void endWithTheExperiment() {
        Instant time = START.plusSeconds(60);
        ExperimentFixture.append(events, "p", EventType.CUSTOM, time, START, ExperimentFixture.measurement("anna", 1));
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(10);

        stop(time.plusMillis(1));
        assertThat(samplesAfterPass(tallies)).isEqualTo(10);
        stop(time);
        assertThat(samplesAfterPass(tallies)).isEqualTo(9);
    }

    @Test
    void areClosedADayAfterTheEnd() {
        started.add(ExperimentFixture.started(1, ExperimentFixture.experiment("x", START, START.plusSeconds(60))));
        MovableClock clock = new MovableClock();
        ExperimentTallies tallies = open(clock);
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        assertThat(store.list().getFirst().closed()).isFalse();

        clock.now = START.plusSeconds(86_401);
        append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));
        assertThat(samples(tallies, 1, "x")).isEqualTo(10);
        append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));
        assertThat(samples(tallies, 1, "x")).isEqualTo(10);
        assertThat(store.list().getFirst().closed()).isTrue();
    }

    @Test
    void areGoneWithTheirExperiment() {
        ExperimentTallies tallies = open(START, one(1, "x"), one(1, "y"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        assertThat(store.list()).hasSize(2);

        started.removeFirst();
        append(EventType.CUSTOM, ExperimentFixture.measurement("anna", 1));
        assertThat(samples(tallies, 1, "y")).isZero();
        assertThat(store.list()).hasSize(1);
        assertThat(tallies.count()).isEqualTo(1);
    }

    @Test
    void areShownAsAGauge() {
        append(EventType.CUSTOM, ExperimentFixture.measurement("berta", 1));
        ExperimentTallies tallies = open(START, one(1, "x"));
        assertThat(samples(tallies, 1, "x")).isEqualTo(9);
        tallies.close();

        assertThat(gauge(Outcome.COUNTED)).isEqualTo(9);
        assertThat(gauge(Outcome.NOT_EVALUATED)).isEqualTo(1);
        assertThat(gauge(Outcome.TOO_LATE)).isZero();
    }

    private double gauge(Outcome outcome) {
        return meters.get("evidently.experiment.events")
                .tags("project", "p", "experiment", "x", "metric", "m", "outcome", outcome.text())
                .gauge()
                .value();
    }

    private void stop(Instant end) {
        started.clear();
        started.add(ExperimentFixture.started(1, ExperimentFixture.experiment("x", START, end)));
    }

    /** An event more, so that the answer must have seen the end. */
    private long samplesAfterPass(ExperimentTallies tallies) {
        append(EventType.CUSTOM, "{}");
        return samples(tallies, 1, "x");
    }

    private static Started one(long projectId, String name) {
        return ExperimentFixture.started(projectId, ExperimentFixture.experiment(name, START, null));
    }

    private ExperimentTallies open(Instant now, Started... experiments) {
        started.addAll(List.of(experiments));
        return open(Clock.fixed(now, ZoneOffset.UTC));
    }

    private ExperimentTallies open(Clock clock) {
        StartedExperiments source = new StartedExperiments() {
            @Override
            public List<Started> list() {
                return started;
            }

            @Override
            public Instant now() {
                return clock.instant();
            }
        };
        ExperimentTallies tallies = new ExperimentTallies(events, source, store, clock, new TallyMetrics(meters));
        opened.add(tallies);
        return tallies;
    }

    private static long samples(ExperimentTallies tallies, long projectId, String name) {
        Experiment experiment = ExperimentFixture.experiment(name, START, null);
        return tallies.read(
                ExperimentFixture.started(projectId, experiment).key(),
                tally -> tally.total(0, 0, 0, Slices.SLICES_MAX).samples());
    }

    private void append(EventType type, String data) {
        ExperimentFixture.append(events, "p", type, START, START, data);
    }

    private static final class MovableClock extends Clock {

        private volatile Instant now = START;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
