package io.github.evidently.persistence.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.persistence.Write;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several nodes on one database. */
class PostgresqlNodesTest {

    private static final int NODES = 3;
    private static final long PROJECT = 1;

    private final StoreProperties store = PostgresqlServer.newStore();
    private final List<PostgresqlPersistence> nodes = new ArrayList<>();

    @BeforeEach
    void startAllAtOnce() throws Exception {
        nodes.addAll(atOnce(
                NODES,
                _ -> () -> new PostgresqlPersistence(
                        store, EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry())));
        assertThat(nodes.getFirst().documents().commit(0, List.of(new Write.OpenLog(PROJECT, "demo"))))
                .isEqualTo(new Commit.Committed(1));
    }

    @AfterEach
    void close() {
        nodes.forEach(PostgresqlPersistence::close);
    }

    @Test
    void numberEventsWithoutGapsAndShowNoneBeforeTheOnesBeforeIt() throws Exception {
        int callers = 12;
        int calls = 60;
        AtomicBoolean ended = new AtomicBoolean();
        Set<UUID> acknowledged = Collections.synchronizedSet(new HashSet<>());
        List<Long> seen = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> reader = executor.submit(() -> {
                EventQuery rest = EventQuery.ALL;
                boolean last;
                do {
                    last = ended.get();
                    Slice slice = nodes.getLast().events().read(rest, 1_000);
                    slice.events().forEach(event -> seen.add(event.sequence()));
                    rest = seen.isEmpty() ? rest : EventQuery.ALL.withAfter(seen.getLast());
                } while (!last);
            });
            atOnce(callers, caller -> () -> {
                RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
                for (int i = 0; i < calls; i++) {
                    EventBatch batch = batch(UUID.randomUUID(), 1 + random.nextInt(5));
                    List<UUID> ids = node(caller).events().append(List.of(batch));
                    for (int place = 0; place < batch.events().size(); place++) {
                        acknowledged.add(EventIds.of(ids.getFirst(), place));
                    }
                }
                return true;
            });
            ended.set(true);
            reader.get();
        }

        assertThat(seen)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, acknowledged.size()).boxed().toList());
        assertThat(stored()).extracting(StoredEvent::eventId).containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(nodes.getFirst().events().lastSequence()).isEqualTo(acknowledged.size());
    }

    @Test
    void storeACallOnceAndAnswerItAlike() throws Exception {
        // Each caller sends the same calls in an order of its own.
        List<UUID> keys =
                Collections.nCopies(40, 0).stream().map(_ -> UUID.randomUUID()).toList();
        List<List<UUID>> answers = atOnce(9, caller -> () -> {
            List<UUID> ids = new ArrayList<>(Collections.nCopies(keys.size(), null));
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, keys.size()).boxed().toList());
            Collections.shuffle(order);
            for (int at = 0; at < order.size(); at += 5) {
                List<Integer> some = order.subList(at, at + 5);
                List<UUID> stored = node(caller)
                        .events()
                        .append(some.stream().map(i -> batch(keys.get(i), 2)).toList());
                for (int i = 0; i < 5; i++) {
                    ids.set(some.get(i), stored.get(i));
                }
            }
            return ids;
        });

        assertThat(new HashSet<>(answers)).hasSize(1);
        assertThat(stored()).hasSize(80);
        assertThat(nodes.getFirst().events().lastSequence()).isEqualTo(80);
    }

    /** A node that waits for the first of two calls holds nothing that the one it waits for may want next. */
    @Test
    void recordCallsInTheSameOrder() throws Exception {
        UUID low = new UUID(0, 1);
        UUID high = new UUID(-1, -1);
        String insert = "INSERT INTO event_call (project_key, call_key, batch_id) VALUES (" + PROJECT + ", '%s', '%s')";
        try (Connection other = new PostgresqlConnections(store, SessionLimits.POOL).getConnection();
                Statement statement = other.createStatement();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute(insert.formatted(low, low));
            Future<List<UUID>> appending =
                    executor.submit(() -> node(0).events().append(List.of(batch(high, 1), batch(low, 1))));
            awaitWaiting(statement, 1, appending);

            statement.execute(insert.formatted(high, high));
            other.commit();

            assertThat(appending.get()).containsExactly(high, low);
        }
        assertThat(stored()).isEmpty();
    }

    @Test
    void knowARetryOfACallThatAnotherNodeHasTaken() {
        UUID key = UUID.randomUUID();
        UUID first = nodes.get(0).events().append(List.of(batch(key, 2))).getFirst();
        nodes.get(0).close();

        assertThat(nodes.get(1).events().append(List.of(batch(key, 2)))).containsExactly(first);
        assertThat(stored()).hasSize(2);
    }

    @Test
    void appendNothingToAProjectOnceAnotherNodeHasDeletedIt() throws Exception {
        Set<UUID> acknowledged = Collections.synchronizedSet(new HashSet<>());
        CountDownLatch some = new CountDownLatch(20);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> callers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int caller = i;
                callers.add(executor.submit(() -> assertThatExceptionOfType(ResourceNotFoundException.class)
                        .isThrownBy(() -> {
                            while (true) {
                                acknowledged.addAll(node(caller).events().append(List.of(batch(null, 1))));
                                some.countDown();
                            }
                        })));
            }
            some.await();
            assertThat(nodes.getLast().documents().commit(1, List.of(new Write.CloseLog(PROJECT))))
                    .isEqualTo(new Commit.Committed(2));
            long end = nodes.getFirst().events().lastSequence();
            for (Future<?> caller : callers) {
                caller.get();
            }
            assertThat(nodes.getFirst().events().lastSequence()).isEqualTo(end).isEqualTo(acknowledged.size());
        }
        assertThat(stored()).isEmpty();
        nodes.forEach(node -> node.housekeeping().run());
        assertThat(PostgresqlServer.count(store, "event_batch")).isZero();
        assertThat(PostgresqlServer.count(store, "closed_log")).isZero();
    }

    @Test
    void deleteAProjectAfterTheEventsThatAreBeingAppended() throws Exception {
        try (Connection other = new PostgresqlConnections(store, SessionLimits.POOL).getConnection();
                Statement statement = other.createStatement();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            other.setAutoCommit(false);
            statement.execute("UPDATE event_counter SET bytes = bytes");
            Future<List<UUID>> appending =
                    executor.submit(() -> node(0).events().append(List.of(batch(null, 1))));
            awaitWaiting(statement, 1, appending);
            Future<Commit> closing =
                    executor.submit(() -> node(1).documents().commit(1, List.of(new Write.CloseLog(PROJECT))));

            awaitWaiting(statement, 2, closing);
            assertThat(closing.isDone()).isFalse();
            other.rollback();

            assertThat(appending.get()).hasSize(1);
            assertThat(closing.get()).isEqualTo(new Commit.Committed(2));
            assertThat(stored()).isEmpty();
        }
    }

    /** Waits until so many sessions of the role wait for locks, or a call has ended. */
    private void awaitWaiting(Statement statement, int count, Future<?> call) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        boolean isReached = false;
        while (!isReached && !call.isDone() && System.nanoTime() < end) {
            try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN"
                    + " (SELECT pid FROM pg_stat_activity WHERE usename = current_user)")) {
                row.next();
                isReached = row.getInt(1) >= count;
            }
        }
    }

    @Test
    void ofTwoCommitsOnOneVersionOneIsSuperseded() throws Exception {
        for (long version = 1; version <= 10; version++) {
            long expected = version;
            List<Commit> commits = atOnce(
                    NODES,
                    i -> () -> nodes.get(i)
                            .documents()
                            .commit(expected, List.of(new Write.OpenLog(1_000 * expected + i, "p"))));

            assertThat(commits).containsOnlyOnce(new Commit.Committed(version + 1));
            assertThat(commits).filteredOn(Commit.Superseded.class::isInstance).hasSize(NODES - 1);
        }
    }

    private PostgresqlPersistence node(int caller) {
        return nodes.get(caller % NODES);
    }

    private List<StoredEvent> stored() {
        List<StoredEvent> events = new ArrayList<>();
        nodes.getLast().events().all(EventQuery.ALL).forEach(events::add);
        return events;
    }

    /** Runs tasks at the same time and returns their results. */
    private static <T> List<T> atOnce(int count, IntFunction<Callable<T>> task) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(executor.submit(task.apply(i)));
            }
            List<T> all = new ArrayList<>();
            for (Future<T> result : results) {
                all.add(result.get());
            }
            return all;
        }
    }

    private static EventBatch batch(UUID callKey, int count) {
        return new EventBatch(
                EventIds.newBatchId(),
                callKey,
                PROJECT,
                Instant.EPOCH,
                IntStream.range(0, count)
                        .mapToObj(_ -> new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}"))
                        .toList());
    }
}
