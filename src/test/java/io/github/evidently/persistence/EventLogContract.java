package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ResourceNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link EventLog} does; the stores' tests extend it. */
public abstract class EventLogContract {

    private static final Instant RECEIVED = Instant.ofEpochMilli(1_795_425_826_896L);

    private EventLogFixture store;

    /** A fresh log without events and projects; called once for each test. */
    protected abstract EventLogFixture open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        store = open();
        createProject("demo");
        createProject("shop");
    }

    private void createProject(String name) {
        store.createProject(name);
    }

    private void deleteProject(String name) {
        store.deleteProject(name);
    }

    @Test
    void returnsWhatWasAppended() {
        ProjectEvent custom = event(EventType.CUSTOM, 1_637_368_646_468L, " {\"a\" : \"ä語😀\\u0000\"}\n");
        ProjectEvent evaluation = event(EventType.EVALUATION, 0, "{}");

        EventBatch batch = batch("demo", null, List.of(custom, evaluation));
        assertThat(store.append(batch)).isEqualTo(batch.id());

        List<StoredEvent> stored = read(EventQuery.ALL);
        assertThat(stored).extracting(StoredEvent::event).containsExactly(custom, evaluation);
        assertThat(stored)
                .extracting(StoredEvent::eventId)
                .containsExactly(EventIds.of(batch.id(), 0), EventIds.of(batch.id(), 1));
        assertThat(stored).extracting(StoredEvent::project).containsOnly("demo");
        assertThat(stored).extracting(StoredEvent::receivedTime).containsOnly(RECEIVED);
    }

    @Test
    void keepsTheLatestTimestampThatAnEventMayHave() {
        ProjectEvent last = event(EventType.CUSTOM, 253_402_300_799_999L, "{}");

        store.append(batch("demo", null, List.of(last)));

        assertThat(read(EventQuery.ALL)).extracting(StoredEvent::event).containsExactly(last);
    }

    @Test
    void numbersEventsWithoutGapsInTheOrderOfBatchesAndEntries() {
        for (int size : new int[] {1, 50, 3, 10, 49}) {
            append("demo", size);
        }

        List<StoredEvent> stored = read(EventQuery.ALL);
        long first = stored.getFirst().sequence();
        assertThat(stored)
                .extracting(StoredEvent::sequence)
                .containsExactlyElementsOf(
                        IntStream.range(0, 113).mapToObj(i -> first + i).toList());
        assertThat(first).isPositive();
    }

    @Test
    void keepsEveryBatchTogetherUnderConcurrency() throws Exception {
        int threads = 8;
        int batches = 50;
        Set<UUID> acknowledged = new HashSet<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<List<UUID>>> results = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                results.add(executor.submit(() -> {
                    start.await();
                    List<UUID> mine = new ArrayList<>();
                    for (int batch = 0; batch < batches; batch++) {
                        mine.addAll(append("demo", 7));
                    }
                    return mine;
                }));
            }
            start.countDown();
            for (Future<List<UUID>> result : results) {
                acknowledged.addAll(result.get());
            }
        }

        List<StoredEvent> stored = read(EventQuery.ALL);
        assertThat(stored).hasSize(threads * batches * 7);
        assertThat(stored).extracting(StoredEvent::eventId).doesNotHaveDuplicates();
        assertThat(acknowledged)
                .containsExactlyInAnyOrderElementsOf(
                        stored.stream().map(StoredEvent::eventId).toList());
        for (int i = 0; i < stored.size(); i += 7) {
            // The data of a batch's events count from 0.
            for (int k = 0; k < 7; k++) {
                assertThat(stored.get(i + k).event().data()).isEqualTo("{\"n\":" + k + "}");
            }
        }
    }

    @Test
    void filtersByProjectTypeTimeAndSequence() {
        store.append(batch(
                "demo",
                null,
                List.of(
                        event(EventType.CUSTOM, 1000, "{\"n\":1}"),
                        event(EventType.EVALUATION, 2000, "{\"n\":2}"),
                        event(EventType.CUSTOM, 3000, "{\"n\":3}"))));
        store.append(batch("shop", null, List.of(event(EventType.CUSTOM, 2000, "{\"n\":4}"))));
        long second = read(EventQuery.ALL).get(1).sequence();

        assertFound(new EventQuery("demo", null, null, null, 0), 1, 2, 3);
        assertFound(new EventQuery("shop", null, null, null, 0), 4);
        assertFound(new EventQuery("nobody", null, null, null, 0));
        assertFound(new EventQuery(null, EventType.CUSTOM, null, null, 0), 1, 3, 4);
        assertFound(new EventQuery(null, EventType.EVALUATION, null, null, 0), 2);
        assertFound(new EventQuery(null, null, Instant.ofEpochMilli(2000), null, 0), 2, 3, 4);
        assertFound(new EventQuery(null, null, null, Instant.ofEpochMilli(2000), 0), 1);
        assertFound(new EventQuery(null, null, Instant.ofEpochMilli(2000), Instant.ofEpochMilli(3000), 0), 2, 4);
        assertFound(new EventQuery(null, null, null, null, second), 3, 4);
        assertFound(new EventQuery("demo", EventType.CUSTOM, Instant.ofEpochMilli(1), null, second), 3);
        assertFound(new EventQuery(null, null, null, null, Long.MAX_VALUE));
    }

    @Test
    void readsNoMoreThanTheLimitAndTellsWhereToGoOn() {
        append("demo", 20);
        append("shop", 3);
        append("demo", 1);
        append("demo", 1);
        List<StoredEvent> all = read(EventQuery.ALL);
        for (EventQuery query : List.of(
                EventQuery.ALL,
                new EventQuery("demo", null, null, null, 3, all.getLast().sequence(), EventQuery.Order.OLDEST),
                newest(null, Long.MAX_VALUE),
                newest("demo", all.getLast().sequence()),
                newest("shop", Long.MAX_VALUE))) {
            List<StoredEvent> expected = read(query);
            for (int limit : new int[] {1, 3, 19, 20, 21, 100}) {
                assertThat(readInSlices(query, limit))
                        .as("%d of %s at once", limit, query)
                        .isEqualTo(expected);
            }
        }
    }

    private List<StoredEvent> readInSlices(EventQuery query, int limit) {
        List<StoredEvent> found = new ArrayList<>();
        EventQuery rest = query;
        // Each slice goes on by an event at least, of any project.
        for (int slices = 0; rest != null; slices++) {
            assertThat(slices).isLessThanOrEqualTo(26);
            Slice slice = store.read(rest, limit);
            assertThat(slice.events()).hasSizeLessThanOrEqualTo(limit);
            found.addAll(slice.events());
            rest = slice.rest();
        }
        return found;
    }

    @Test
    void readsInALaterSliceWhatWasAppendedAfterTheFirst() {
        append("demo", 2);
        Slice first = store.read(EventQuery.ALL, 1);
        append("demo", 1);

        assertThat(store.read(first.rest(), 10).events()).hasSize(2);
    }

    @Test
    void refusesABatchOfAProjectThatDoesNotExist() {
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> append("nobody", 2));
        assertThat(store.count(EventQuery.ALL)).isZero();
    }

    @Test
    void forgetsTheEventsOfADeletedProjectAlsoWhenItIsCreatedAgain() {
        append("demo", 3);
        append("shop", 2);

        deleteProject("demo");
        assertThat(store.count(EventQuery.ALL)).isEqualTo(2);
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> append("demo", 1));
        createProject("demo");

        assertThat(read(new EventQuery("demo", null, null, null, 0))).isEmpty();
        assertThat(store.count(EventQuery.ALL)).isEqualTo(2);
    }

    @Test
    void neverUsesASequenceAgain() {
        append("demo", 5);
        long last = read(EventQuery.ALL).getLast().sequence();

        deleteProject("demo");
        afterDeletion();
        createProject("demo");
        append("demo", 1);

        assertThat(read(EventQuery.ALL))
                .singleElement()
                .satisfies(event -> assertThat(event.sequence()).isGreaterThan(last));
    }

    @Test
    void storesACallAndItsRetriesOnce() {
        UUID key = UUID.randomUUID();
        UUID first = store.append(batch("demo", key, events(3)));

        assertThat(store.append(batch("demo", key, events(3)))).isEqualTo(first);
        assertThat(store.append(batch("demo", key, events(3)))).isEqualTo(first);

        assertThat(read(EventQuery.ALL))
                .extracting(StoredEvent::eventId)
                .containsExactly(EventIds.of(first, 0), EventIds.of(first, 1), EventIds.of(first, 2));
    }

    @Test
    void addsSeveralBatchesInTheirOrder() {
        append("demo", 1);
        List<EventBatch> batches = List.of(
                batch("demo", null, events(50)), batch("demo", null, events(50)), batch("demo", null, events(3)));

        store.append(batches);

        List<StoredEvent> added = read(EventQuery.ALL).subList(1, 104);
        assertThat(added)
                .extracting(StoredEvent::eventId)
                .containsExactlyElementsOf(batches.stream()
                        .flatMap(batch ->
                                IntStream.range(0, batch.events().size()).mapToObj(i -> EventIds.of(batch.id(), i)))
                        .toList());
        assertThat(added)
                .extracting(StoredEvent::sequence)
                .containsExactlyElementsOf(LongStream.range(0, 103)
                        .mapToObj(i -> added.getFirst().sequence() + i)
                        .toList());
        assertThat(store.count(EventQuery.ALL)).isEqualTo(104);
    }

    @Test
    void addsNoneOfSeveralBatchesWhenOneHasNoProject() {
        List<EventBatch> batches = List.of(batch("demo", null, events(2)), batch("nobody", null, events(2)));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> store.append(batches));

        createProject("nobody");
        assertThat(store.count(EventQuery.ALL)).isZero();
    }

    @Test
    void addsNoneOfSeveralBatchesToAnotherProjectOfTheSameName() {
        List<EventBatch> batches = List.of(batch("demo", null, events(2)));
        deleteProject("demo");
        createProject("demo");

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> store.append(batches));

        assertThat(store.count(EventQuery.ALL)).isZero();
    }

    @Test
    void readsTheNewestFirstAlsoWithinABatch() {
        append("demo", 3);
        append("shop", 2);
        append("demo", 50);
        List<StoredEvent> all = read(EventQuery.ALL);

        assertThat(read(newest("demo", Long.MAX_VALUE)))
                .isEqualTo(all.reversed().stream()
                        .filter(event -> event.project().equals("demo"))
                        .toList());
    }

    @Test
    void endsBeforeASequenceInBothOrders() {
        append("demo", 50);
        append("demo", 50);
        List<StoredEvent> all = read(EventQuery.ALL);
        for (int index : new int[] {0, 1, 49, 50, 51, 99}) {
            long before = all.get(index).sequence();
            EventQuery oldest = new EventQuery(null, null, null, null, 0, before, EventQuery.Order.OLDEST);

            assertThat(read(oldest)).isEqualTo(all.subList(0, index));
            assertThat(store.count(oldest)).isEqualTo(index);
            assertThat(read(newest(null, before)))
                    .isEqualTo(all.subList(0, index).reversed());
        }
    }

    @Test
    void readsNothingThatIsAppendedMeanwhile() {
        append("demo", 3);
        append("shop", 2);
        for (EventQuery query : List.of(EventQuery.ALL, newest(null, Long.MAX_VALUE))) {
            List<StoredEvent> before = read(query);
            List<StoredEvent> seen = new ArrayList<>();
            for (StoredEvent event : store.all(query)) {
                append("demo", 1);
                seen.add(event);
            }

            assertThat(seen).isEqualTo(before);
        }
    }

    @Test
    void tellsTheLastSequenceAlsoWhenItsEventIsGone() {
        assertThat(store.lastSequence()).isZero();
        append("demo", 3);
        append("shop", 2);
        long last = read(EventQuery.ALL).getLast().sequence();
        deleteProject("shop");

        assertThat(store.lastSequence()).isEqualTo(last);
    }

    private static EventQuery newest(String project, long before) {
        return new EventQuery(project, null, null, null, 0, before, EventQuery.Order.NEWEST);
    }

    @Test
    void storesCallsThatOnlyLookAlike() {
        UUID key = UUID.randomUUID();
        List<EventBatch> batches = List.of(
                batch("demo", key, events(1)),
                batch("shop", key, events(1)),
                batch("demo", UUID.randomUUID(), events(1)),
                batch("demo", null, events(1)),
                batch("demo", null, events(1)));

        for (EventBatch batch : batches) {
            assertThat(store.append(batch)).isEqualTo(batch.id());
        }

        assertThat(store.count(EventQuery.ALL)).isEqualTo(5);
    }

    @Test
    void storesConcurrentRetriesOnce() throws Exception {
        UUID key = UUID.randomUUID();
        Set<UUID> answers = new HashSet<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<UUID>> results = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                results.add(executor.submit(() -> store.append(batch("demo", key, events(2)))));
            }
            for (Future<UUID> result : results) {
                answers.add(result.get());
            }
        }

        assertThat(answers).hasSize(1);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(2);
    }

    @Test
    void takesACallOfADeletedProjectForANewOne() {
        UUID key = UUID.randomUUID();
        store.append(batch("demo", key, events(1)));
        deleteProject("demo");
        createProject("demo");

        EventBatch again = batch("demo", key, events(1));

        assertThat(store.append(again)).isEqualTo(again.id());
        assertThat(store.count(EventQuery.ALL)).isEqualTo(1);
    }

    @Test
    void doesNotRememberACallThatItRefused() {
        UUID key = UUID.randomUUID();
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> store.append(batch("later", key, events(1))));
        createProject("later");

        store.append(batch("later", key, events(1)));

        assertThat(store.count(EventQuery.ALL)).isEqualTo(1);
    }

    /** Lets a store remove for good what was deleted. */
    protected void afterDeletion() {}

    private void assertFound(EventQuery query, int... numbers) {
        assertThat(read(query))
                .extracting(event -> event.event().data())
                .containsExactlyElementsOf(
                        IntStream.of(numbers).mapToObj(n -> "{\"n\":" + n + "}").toList());
        assertThat(store.count(query)).isEqualTo(numbers.length);
    }

    private List<UUID> append(String project, int count) {
        UUID id = store.append(batch(project, null, events(count)));
        return IntStream.range(0, count).mapToObj(n -> EventIds.of(id, n)).toList();
    }

    private EventBatch batch(String project, UUID callKey, List<ProjectEvent> events) {
        return new EventBatch(EventIds.newBatchId(), callKey, store.key(project), RECEIVED, events);
    }

    private static List<ProjectEvent> events(int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> event(EventType.CUSTOM, 1000 + n, "{\"n\":" + n + "}"))
                .toList();
    }

    private List<StoredEvent> read(EventQuery query) {
        List<StoredEvent> found = new ArrayList<>();
        store.all(query).forEach(found::add);
        return found;
    }

    private static ProjectEvent event(EventType type, long timestamp, String data) {
        return new ProjectEvent(type, Instant.ofEpochMilli(timestamp), data);
    }
}
