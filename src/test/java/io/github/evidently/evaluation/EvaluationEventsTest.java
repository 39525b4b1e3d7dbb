package io.github.evidently.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.project.Project;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

/** Evaluations go on whatever the store does, and what becomes of their events is counted. */
@Timeout(60)
class EvaluationEventsTest {

    private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = new Store();
    private EvaluationEvents events;

    /** A store that may be in trouble. */
    private static final class Store extends EventLogFixture {

        private volatile @Nullable RuntimeException trouble;
        private final CountDownLatch refused = new CountDownLatch(1);
        private final AtomicInteger batches = new AtomicInteger();
        private final AtomicInteger commits = new AtomicInteger();

        @Override
        public List<UUID> append(List<EventBatch> added) {
            commits.incrementAndGet();
            RuntimeException failure = trouble;
            if (failure != null) {
                refused.countDown();
                throw failure;
            }
            batches.addAndGet(added.size());
            return super.append(added);
        }
    }

    @BeforeEach
    void open() {
        store.createProject("demo");
        store.createProject("shop");
        events = new EvaluationEvents(
                store, new EvaluationProperties(DataSize.ofMegabytes(1)), Clock.systemUTC(), meters);
    }

    @AfterEach
    void close() {
        store.trouble = null;
        events.close();
    }

    @Test
    void storesEventsWithTheirTimeInTheOrderOfTheEvaluations() {
        List<String> data = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        data.forEach(text -> events.add(project("demo"), TIME, text));

        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("demo")).isEqualTo(data);
        for (StoredEvent event : store.all(EventQuery.ALL)) {
            assertThat(event.event().type()).isEqualTo(EventType.EVALUATION);
            assertThat(event.event().timestamp()).isEqualTo(TIME);
        }
        assertCounts(500, 0, 0);
    }

    @Test
    void keepsThemInMemoryWhileTheStoreIsInTroubleAndStoresThemInOrderAfterwards() throws Exception {
        store.trouble = new InternalServerException("the disk is full");
        List<String> data = IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        data.forEach(text -> events.add(project("demo"), TIME, text));
        assertThat(store.refused.await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(events.settle(Duration.ZERO)).isFalse();
        assertCounts(0, 0, 200);

        store.trouble = null;
        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("demo")).isEqualTo(data);
        assertCounts(200, 0, 0);
    }

    @Test
    void losesWhatDoesNotFitInMemoryAndCountsIt() {
        store.trouble = new InternalServerException("the disk is full");
        String data = "x".repeat(100_000);

        // Each is taken for two bytes a character, so that five fit in a megabyte.
        IntStream.range(0, 20).forEach(_ -> events.add(project("demo"), TIME, data));
        assertCounts(0, 15, 5);

        store.trouble = null;
        assertThat(events.settle(LONG)).isTrue();
        events.add(project("demo"), TIME, data);
        assertThat(events.settle(LONG)).isTrue();
        assertCounts(6, 15, 0);
    }

    @Test
    void losesOnlyTheEventsThatAFaultOfTheStoreHits() throws Exception {
        store.trouble = new IllegalStateException("a bug");
        events.add(project("demo"), TIME, "1");
        assertThat(events.settle(LONG)).isTrue();

        store.trouble = null;
        events.add(project("demo"), TIME, "2");
        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("demo")).containsExactly("2");
        assertCounts(1, 1, 0);
    }

    @Test
    void commitsTogetherWhatAlternatesBetweenProjects() throws Exception {
        store.trouble = new InternalServerException("wait until all are there");
        events.add(project("demo"), TIME, "first");
        assertThat(store.refused.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 100; i++) {
            events.add(project(i % 2 == 0 ? "demo" : "shop"), TIME, Integer.toString(i));
        }
        store.trouble = null;

        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("demo")).hasSize(51).startsWith("first", "0", "2");
        assertThat(stored("shop")).hasSize(50).startsWith("1", "3");
        // The one that was refused, then one for each project.
        assertThat(store.batches).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void commitsTogetherWhatComesWithinTwentyMilliseconds() {
        long start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            events.add(project("demo"), TIME, Integer.toString(i));
            LockSupport.parkNanos(Duration.ofNanos(100_000).toNanos());
        }

        assertThat(events.settle(LONG)).isTrue();
        long elapsed = Duration.ofNanos(System.nanoTime() - start).toMillis();
        assertThat(stored("demo")).hasSize(200);
        assertThat(store.commits.get()).isBetween(1, (int) (elapsed / 20) + 2);
    }

    @Test
    void losesTheEventsOfADeletedProject() throws Exception {
        Project deleted = project("demo");
        store.deleteProject("demo");
        events.add(deleted, TIME, "1");
        events.add(project("shop"), TIME, "2");

        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("shop")).containsExactly("2");
        assertCounts(1, 1, 0);
    }

    @Test
    void doesNotGiveThemToAnotherProjectOfTheSameName() throws Exception {
        store.trouble = new InternalServerException("the disk is full");
        events.add(project("demo"), TIME, "of the first");
        assertThat(store.refused.await(30, TimeUnit.SECONDS)).isTrue();
        store.deleteProject("demo");
        store.createProject("demo");
        events.add(project("demo"), TIME, "of the second");
        store.trouble = null;

        assertThat(events.settle(LONG)).isTrue();
        assertThat(stored("demo")).containsExactly("of the second");
        assertCounts(1, 1, 0);
    }

    @Test
    void storesWhatWaitsBeforeItCloses() {
        IntStream.range(0, 1_500).forEach(i -> events.add(project("demo"), TIME, Integer.toString(i)));

        events.close();

        assertThat(stored("demo")).hasSize(1_500);
        events.add(project("demo"), TIME, "late");
        assertCounts(1_500, 1, 0);
    }

    @Test
    void closesInTimeWhenTheStoreIsDownAndCountsWhatIsLost() {
        store.trouble = new InternalServerException("the disk is full");
        // More than are taken from the queue at once.
        IntStream.range(0, 2_000).forEach(i -> events.add(project("demo"), TIME, Integer.toString(i)));

        long start = System.nanoTime();
        events.close();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("evidently-evaluations");
        assertCounts(0, 2_000, 0);
    }

    private Project project(String name) {
        return new Project(store.key(name), name, null, TIME, TIME, null, null, Map.of());
    }

    private List<String> stored(String project) {
        List<String> data = new ArrayList<>();
        store.all(new EventQuery(project, null, null, null, 0))
                .forEach(event -> data.add(event.event().data()));
        return data;
    }

    private void assertCounts(int stored, int lost, int waiting) {
        assertThat(List.of(count("stored"), count("lost"), (int) meters.get("evidently.evaluation.events.waiting")
                        .gauge()
                        .value()))
                .as("stored, lost, waiting")
                .containsExactly(stored, lost, waiting);
    }

    private int count(String outcome) {
        return (int) meters.get("evidently.evaluation.events")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
