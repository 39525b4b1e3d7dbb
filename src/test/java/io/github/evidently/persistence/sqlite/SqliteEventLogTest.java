package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogContract;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.persistence.TrustedTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

class SqliteEventLogTest extends EventLogContract {

    private static final Duration RETRY_WINDOW = Duration.ofMinutes(15);
    private static final int CALLS_MAX = 2_500;

    // On the clock of System.nanoTime(), which may begin anywhere.
    private static final long START = -Duration.ofHours(1).toNanos();

    private static final Duration AGE_MAX = Duration.ofDays(10);

    private static final EventLogProperties PROPERTIES = properties(Duration.ZERO, DataSize.ofBytes(0));

    @TempDir
    Path directory;

    private final MeterRegistry meters = new SimpleMeterRegistry();

    private Database database;
    private RetryWindow calls;
    private EventLogFixture store;

    @Override
    protected EventLogFixture open() {
        database = DatabaseFixture.open(directory);
        OpenLogs openLogs = new OpenLogs(database);
        calls = new RetryWindow(database, PROPERTIES);
        DocumentStore documents = new SqliteDocumentStore(database, openLogs);
        EventLog log = new SqliteEventLog(database, openLogs, calls, new Arrivals());
        store = store == null ? new EventLogFixture(documents, log) : store.reopened(documents, log);
        return store;
    }

    @Override
    protected void afterDeletion() {
        purge();
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void whatIsRememberedIsWhatTheDatabaseHasReached() throws Exception {
        store.append(batch("demo", (UUID) null, 50));
        store.createProject("other");
        store.append(batch("other", (UUID) null, 3));
        store.deleteProject("other");
        purge();
        store.append(batch("demo", (UUID) null, 1));

        byte[] lock = Files.readAllBytes(directory.resolve("evidently.lock"));
        assertThat(ByteBuffer.wrap(lock).getLong(32))
                .isGreaterThan(54)
                .isEqualTo(database.<Long>read(client -> client.sql(
                                "SELECT count + (SELECT max(last_sequence) FROM event_batch) FROM store_probe")
                        .query(Long.class)
                        .single()));
    }

    @Test
    void readsAndCountsALogOfManySlicesInBothOrders() {
        store.createProject("few");
        for (int i = 0; i < 3_000; i++) {
            store.append(batch(i % 1_000 == 0 ? "few" : "demo", (UUID) null, 1 + i % 3));
        }
        List<Long> all = sequences();
        List<Long> newest =
                sequences(new EventQuery(null, null, null, null, 0, Long.MAX_VALUE, EventQuery.Order.NEWEST));

        assertThat(all).isEqualTo(LongStream.rangeClosed(1, 6_000).boxed().toList());
        assertThat(newest).isEqualTo(all.reversed());
        assertThat(store.count(EventQuery.ALL)).isEqualTo(6_000);
        assertThat(store.count(EventQuery.ALL.withAfter(4_321))).isEqualTo(6_000 - 4_321);
        assertThat(store.count(new EventQuery("few", null, null, null, 0))).isEqualTo(1 + 2 + 3);
        assertThat(store.count(new EventQuery("few", EventType.CUSTOM, null, null, 0)))
                .isEqualTo(1 + 2 + 3);
    }

    @Test
    void theLogStartsAnewWhileAReaderIsSlow() throws Exception {
        append(1_000, 3);
        Path log = directory.resolve("evidently.db-wal");

        for (StoredEvent _ : store.all(EventQuery.ALL)) {
            append(1_000_000, 20);
        }

        assertThat(store.count(EventQuery.ALL)).isEqualTo(63);
        assertThat(Files.size(log)).isLessThan(48_000_000);
    }

    @Test
    void tellsTheOldestEventWithoutWaitingForReaders() throws Exception {
        store.append(batch("demo", Instant.EPOCH.plusSeconds(7), 1));
        Retention told = retention(PROPERTIES);
        CountDownLatch reading = new CountDownLatch(4);
        CountDownLatch release = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            Thread.startVirtualThread(() -> database.read(_ -> {
                reading.countDown();
                awaitUninterruptibly(release);
                return 0;
            }));
        }
        reading.await();
        try {
            assertThat(assertTimeoutPreemptively(Duration.ofSeconds(5), this::oldest))
                    .isEqualTo(7);
        } finally {
            release.countDown();
            Reference.reachabilityFence(told); // The gauge does not keep it.
        }
    }

    @Test
    void removesTheEventsOfDeletedProjectsFromTheDisk() {
        store.createProject("gone");
        store.append(batch("demo", (UUID) null, 50));
        store.append(batch("gone", (UUID) null, 50));
        store.append(batch("demo", (UUID) null, 50));
        store.deleteProject("gone");
        assertThat(rows("event_batch")).isEqualTo(3);

        purge();

        assertThat(rows("event_batch")).isEqualTo(2);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(100);
        assertThat(rows("deleted_project")).isZero();
    }

    @Test
    void goesOnWithTheSequenceAfterARestart() throws Exception {
        store.createProject("gone");
        store.append(batch("demo", (UUID) null, 50));
        store.append(batch("gone", (UUID) null, 50));
        store.deleteProject("gone");
        purge();

        reopen();
        store.append(batch("demo", (UUID) null, 1));
        assertThat(sequences()).hasSize(51).endsWith(50L, 101L);

        Retention retention = retention(properties(Duration.ofMinutes(1), DataSize.ofBytes(0)));
        retention.run(Instant.EPOCH, START);
        retention.run(Instant.EPOCH, START + Duration.ofMinutes(1).toNanos());
        assertThat(rows("event_batch")).isZero();
        reopen();
        store.append(batch("demo", (UUID) null, 1));
        reopen();
        store.append(batch("demo", (UUID) null, 1));
        assertThat(sequences()).containsExactly(102L, 103L);
    }

    @Test
    void knowsARetryAfterARestart() throws Exception {
        UUID key = UUID.randomUUID();
        UUID first = store.append(batch("demo", key, 2));
        database.close();

        EventLogFixture reopened = open();

        assertThat(reopened.append(batch("demo", key, 2))).isEqualTo(first);
        assertThat(reopened.count(EventQuery.ALL)).isEqualTo(2);
    }

    @Test
    void forgetsCallsThatAreOlderThanTheWindow() {
        UUID old = UUID.randomUUID();
        UUID late = UUID.randomUUID();
        long start = System.nanoTime();
        store.append(batch("demo", old, 1));
        calls.forget(start);
        store.append(batch("demo", late, 1));

        calls.forget(start + RETRY_WINDOW.toNanos());
        assertThat(isKnown(old)).isTrue();
        calls.forget(start + RETRY_WINDOW.toNanos() + 1);

        assertThat(isKnown(late)).isTrue();
        assertThat(isKnown(old)).isFalse();
        assertThat(store.count(EventQuery.ALL)).isEqualTo(3);
    }

    @Test
    void forgetsTheOldestOfTooManyCalls() {
        List<UUID> keys = IntStream.range(0, 2 * CALLS_MAX)
                .mapToObj(_ -> UUID.randomUUID())
                .toList();
        for (UUID key : keys) {
            store.append(batch("demo", key, 1));
        }

        calls.forget(System.nanoTime());

        assertThat(rows("call")).isEqualTo(CALLS_MAX);
        assertThat(isKnown(keys.getLast())).isTrue();
        assertThat(isKnown(keys.get(CALLS_MAX))).isTrue();
        assertThat(isKnown(keys.get(CALLS_MAX - 1))).isFalse();
    }

    @Test
    void removesEventsThatAreOlderThanTheRetention() {
        for (int day = 0; day < 10; day++) {
            store.append(batch("demo", Instant.EPOCH.plus(Duration.ofDays(day)), 50));
        }
        Retention retention = retention(properties(Duration.ofDays(3), DataSize.ofBytes(0)));
        assertThat(oldest()).isZero();

        retention.run(Instant.EPOCH.plus(Duration.ofDays(9)), START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(4 * 50);
        assertThat(oldest()).isEqualTo(6.0 * 24 * 60 * 60);
        retention.run(
                Instant.EPOCH.plus(Duration.ofDays(100)),
                START + Duration.ofDays(91).toNanos());
        assertThat(store.count(EventQuery.ALL)).isZero();
        assertThat(oldest()).isNaN();
        store.append(batch("demo", (UUID) null, 1));
        assertThat(firstSequence()).isEqualTo(501);
    }

    @Test
    void removesNothingThatArrivedWithinTheAgeWhileTheClockIsADayAhead() throws Exception {
        Duration age = Duration.ofHours(1);
        store.append(batch("demo", day(10), 1));
        reopen();
        Retention retention = retention(properties(age, DataSize.ofBytes(0)));
        retention.run(day(10), START);
        store.append(batch("demo", day(10), 1));
        store.append(batch("demo", day(11), 1));
        long second = Duration.ofSeconds(1).toNanos();
        for (int i = 1; i <= 15; i++) {
            retention.run(day(11).plusSeconds(i), START + i * second);
        }
        retention.run(day(10).plusSeconds(20), START + 20 * second);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(3);

        // An hour after the start, what was there before has reached the age; what arrived since, a little later.
        retention.run(day(10).plus(age), START + age.toNanos());
        assertThat(sequences()).containsExactly(2L, 3L);
        retention.run(day(10).plus(age).plusSeconds(20), START + age.toNanos() + 20 * second);
        assertThat(store.count(EventQuery.ALL)).isZero();
    }

    @Test
    void aClockThatIsAheadAtAStartRemovesNothingForADay() throws Exception {
        store.append(batch("demo", day(9), 1));
        store.append(batch("demo", day(10), 1));
        retention(properties(AGE_MAX, DataSize.ofBytes(0))).run(day(10), START);
        for (int start = 0; start < 3; start++) {
            reopen();
            // An event of the wrong time is no reason to believe it at the next start.
            store.append(batch("demo", day(100), 1));
            Retention retention = retention(properties(AGE_MAX, DataSize.ofBytes(0)));
            retention.run(day(100), START);
            retention.run(
                    day(100).plus(TrustedTime.LASTING).minusSeconds(1),
                    START + TrustedTime.LASTING.minusSeconds(1).toNanos());
            assertThat(sequences()).startsWith(1L, 2L);
        }
        Retention retention = retention(properties(AGE_MAX, DataSize.ofBytes(0)));
        retention.run(day(105), START);
        retention.run(day(106), START + TrustedTime.LASTING.toNanos());

        assertThat(sequences()).containsExactly(3L, 4L, 5L);
    }

    @Test
    void keepsForADayWhatAConsumerHasNotRead() throws Exception {
        for (int i = 0; i < 3; i++) {
            store.append(batch("demo", day(0), 1));
        }
        assertThat(new SqliteCursors(database).advance("delivery", 0, 1)).isTrue();
        reopen();
        Retention retention = retention(properties(AGE_MAX, DataSize.ofBytes(0)));
        retention.begin(day(2), START);
        Duration later = AGE_MAX.plusHours(1);

        retention.run(day(2).plus(later), START + later.toNanos());
        assertThat(sequences()).containsExactly(2L, 3L);

        assertThat(new SqliteCursors(database).advance("delivery", 1, 2)).isTrue();
        retention.run(day(2).plus(later), START + later.toNanos());
        assertThat(sequences()).containsExactly(3L);

        retention.run(day(3).plus(later), START + later.plus(Retention.HELD_MAX).toNanos());
        assertThat(sequences()).isEmpty();
    }

    @Test
    void keepsForAConsumerNoMoreThanTwiceTheSize() {
        append(1_000, 100);
        assertThat(new SqliteCursors(database).advance("delivery", 0, 1)).isTrue();
        append(10_000, 100);
        Retention retention = retention(properties(Duration.ZERO, DataSize.ofMegabytes(1)));

        retention.run(Instant.EPOCH, START);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(199);

        append(10_000, 300);
        retention.run(Instant.EPOCH, START);
        assertThat(store.count(EventQuery.ALL)).isBetween(120L, 240L);
    }

    private static Instant day(int number) {
        return Instant.EPOCH.plus(Duration.ofDays(number));
    }

    @Test
    void keepsEventsThatWereReceivedBeforeTheClockWentBack() {
        store.append(batch("demo", Instant.EPOCH.plus(Duration.ofDays(9)), 50));
        store.append(batch("demo", Instant.EPOCH, 1));

        retention(properties(Duration.ofDays(3), DataSize.ofBytes(0)))
                .run(Instant.EPOCH.plus(Duration.ofDays(9)), START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(51);
    }

    @ParameterizedTest
    @CsvSource({"10000, 1000, 150", "1000000, 12, 1"})
    void removesNoMoreOfTheOldestEventsThanTheRetentionAsksFor(int size, int count, int keptMin) {
        append(size, count);

        retention(properties(Duration.ZERO, DataSize.ofMegabytes(2))).run(Instant.EPOCH, START);

        long kept = store.count(EventQuery.ALL);
        assertThat(kept).isBetween((long) keptMin, 2L * 1024 * 1024 / size);
        assertThat(firstSequence()).isEqualTo(count + 1 - kept);
        assertThat(meters.get("evidently.events.removed")
                        .tag("reason", "size")
                        .counter()
                        .count())
                .isEqualTo((double) (count - kept));
    }

    @Test
    void removesNoEventsForWhatElseTakesRoom() {
        append(1_000, 100);
        database.write(
                transaction -> transaction
                        .statement("INSERT INTO call (project_id, key, batch_id) VALUES (1, zeroblob(3000000), x'')")
                        .executeUpdate(),
                _ -> {});

        retention(properties(Duration.ZERO, DataSize.ofMegabytes(2))).run(Instant.EPOCH, START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(100);
    }

    private void append(int size, int count) {
        String data = "{\"a\":\"" + "x".repeat(size) + "\"}";
        for (int i = 0; i < count; i++) {
            store.append(new EventBatch(
                    EventIds.newBatchId(),
                    null,
                    store.key("demo"),
                    Instant.EPOCH,
                    List.of(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, data))));
        }
    }

    @Test
    void keepsEverythingWithoutARetention() {
        store.append(batch("demo", (UUID) null, 50));

        retention(PROPERTIES).run(Instant.EPOCH.plus(Duration.ofDays(365_000)), START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(50);
    }

    private Retention retention(EventLogProperties properties) {
        return new Retention(database, properties, meters);
    }

    private double oldest() {
        return meters.get("evidently.event.oldest").gauge().value();
    }

    private void reopen() throws Exception {
        database.close();
        open();
    }

    private long firstSequence() {
        return sequences().getFirst();
    }

    private List<Long> sequences() {
        return sequences(EventQuery.ALL);
    }

    private List<Long> sequences(EventQuery query) {
        List<Long> sequences = new ArrayList<>();
        store.all(query).forEach(event -> sequences.add(event.sequence()));
        return sequences;
    }

    private boolean isKnown(UUID key) {
        EventBatch batch = batch("demo", key, 1);
        return !store.append(batch).equals(batch.id());
    }

    private void purge() {
        new DeletedEventsPurge(database).run();
    }

    private long rows(String table) {
        return database.<Long>read(client ->
                client.sql("SELECT count(*) FROM " + table).query(Long.class).single());
    }

    private static EventLogProperties properties(Duration retention, DataSize retentionSize) {
        return new EventLogProperties(RETRY_WINDOW, CALLS_MAX, retention, retentionSize);
    }

    private EventBatch batch(String project, UUID callKey, int count) {
        return batch(project, callKey, Instant.EPOCH, count);
    }

    private EventBatch batch(String project, Instant receivedTime, int count) {
        return batch(project, null, receivedTime, count);
    }

    private EventBatch batch(String project, UUID callKey, Instant receivedTime, int count) {
        return new EventBatch(
                EventIds.newBatchId(),
                callKey,
                store.key(project),
                receivedTime,
                IntStream.range(0, count)
                        .mapToObj(_ -> new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}"))
                        .toList());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
