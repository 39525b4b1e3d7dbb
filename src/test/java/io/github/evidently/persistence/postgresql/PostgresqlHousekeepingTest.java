package io.github.evidently.persistence.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.TrustedTime;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.util.unit.DataSize;

/** Retention, the retry window and what is left of deleted projects. */
class PostgresqlHousekeepingTest {

    // On the clock of System.nanoTime(), which may begin anywhere.
    private static final long START = -Duration.ofHours(1).toNanos();

    private static final Duration AGE_MAX = Duration.ofDays(10);
    private static final Duration RETRY_WINDOW = Duration.ofMinutes(15);
    private static final int CALLS_MAX = 50;

    private final StoreProperties properties = PostgresqlServer.newStore();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private PostgresqlPersistence persistence;
    private EventLogFixture store;
    private Connection connection;
    private JdbcClient client;

    @BeforeEach
    void open() throws SQLException {
        persistence = new PostgresqlPersistence(
                properties, EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
        store = new EventLogFixture(persistence.documents(), persistence.events());
        store.createProject("demo");
        connection = new PostgresqlConnections(properties, SessionLimits.POOL).getConnection();
        client = JdbcClient.create(new SingleConnectionDataSource(connection, true));
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        persistence.close();
    }

    @Test
    void removesEventsThatAreOlderThanTheRetention() {
        for (int day = 0; day < 10; day++) {
            appendStored(day(day), 50);
        }
        Retention retention = retention(Duration.ofDays(3), 0);

        run(retention, day(9), START);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(4 * 50);
        assertThat(removed("age")).isEqualTo(6 * 50);

        run(retention, day(100), START + Duration.ofDays(91).toNanos());
        assertThat(store.count(EventQuery.ALL)).isZero();
        append(1, 1);
        assertThat(sequences()).containsExactly(501L);
    }

    @Test
    void aClockThatIsAheadRemovesNothingForADay() {
        appendStored(day(9), 1);
        appendStored(day(10), 1);
        run(retention(AGE_MAX, 0), day(10), START);
        appendStored(day(100), 1);
        Retention restarted = retention(AGE_MAX, 0);

        run(restarted, day(100), START);
        run(
                restarted,
                day(100).plus(TrustedTime.LASTING).minusSeconds(1),
                START + TrustedTime.LASTING.minusSeconds(1).toNanos());
        assertThat(sequences()).containsExactly(1L, 2L, 3L);

        run(
                restarted,
                day(101).plusSeconds(1),
                START + TrustedTime.LASTING.plusSeconds(1).toNanos());
        assertThat(sequences()).containsExactly(3L);
    }

    @Test
    void keepsEventsBeforeWhichThereIsANewerOne() {
        appendStored(day(9), 50);
        appendStored(day(0), 1);

        run(retention(Duration.ofDays(3), 0), day(9), START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(51);
    }

    @Test
    void keepsForADayWhatAConsumerHasNotRead() {
        for (int i = 0; i < 3; i++) {
            appendStored(day(0), 1);
        }
        Retention retention = retention(AGE_MAX, 0);
        retention.observe(client, day(0), START);
        assertThat(persistence.cursors().advance("delivery", 0, 1)).isTrue();
        Duration later = AGE_MAX.plusHours(1);

        run(retention, day(0).plus(later), START + later.toNanos());
        assertThat(sequences()).containsExactly(2L, 3L);

        assertThat(persistence.cursors().advance("delivery", 1, 2)).isTrue();
        run(retention, day(0).plus(later), START + later.toNanos());
        assertThat(sequences()).containsExactly(3L);

        run(
                retention,
                day(1).plus(later),
                START + later.plus(Retention.HELD_MAX).toNanos());
        assertThat(sequences()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10000, 500, 150", "1000000, 5, 1"})
    void removesNoMoreOfTheOldestEventsThanTheRetentionAsksFor(int size, int count, int keptMin) {
        append(size, count);

        run(retention(Duration.ZERO, 2), Instant.EPOCH, START);

        long kept = store.count(EventQuery.ALL);
        assertThat(kept).isBetween((long) keptMin, 2L * 1024 * 1024 / size);
        assertThat(sequences().getFirst()).isEqualTo(count + 1 - kept);
        assertThat(removed("size")).isEqualTo((double) (count - kept));
        run(retention(Duration.ZERO, 2), Instant.EPOCH, START);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(kept);
    }

    @Test
    void doesNotCountTheEventsOfDeletedProjectsOnceTheyAreRemoved() {
        store.createProject("gone");
        append("gone", 500_000, 5);
        append(500_000, 3);
        store.deleteProject("gone");
        persistence.housekeeping().run();
        assertThat(PostgresqlServer.count(properties, "event_batch")).isEqualTo(3);

        run(retention(Duration.ZERO, 2), Instant.EPOCH, START);

        assertThat(store.count(EventQuery.ALL)).isEqualTo(3);
    }

    @Test
    void keepsForAConsumerNoMoreThanTwiceTheSize() {
        append(1_000, 100);
        assertThat(persistence.cursors().advance("delivery", 0, 1)).isTrue();
        append(10_000, 100);
        Retention retention = retention(Duration.ZERO, 1);

        run(retention, Instant.EPOCH, START);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(199);

        append(10_000, 300);
        run(retention, Instant.EPOCH, START);
        assertThat(store.count(EventQuery.ALL)).isBetween(120L, 240L);
    }

    @Test
    void leavesItToTheNodeThatHoldsTheLock() {
        store.createProject("gone");
        append("gone", 1, 1);
        store.deleteProject("gone");
        assertThat(client.sql(Locks.TRY_HOUSEKEEPING).query(Boolean.class).single())
                .isTrue();

        persistence.housekeeping().run();
        assertThat(PostgresqlServer.count(properties, "event_batch")).isEqualTo(1);

        assertThat(client.sql(Locks.END_HOUSEKEEPING).query(Boolean.class).single())
                .isTrue();
        persistence.housekeeping().run();
        assertThat(PostgresqlServer.count(properties, "event_batch")).isZero();
    }

    @Test
    void forgetsCallsThatAreOlderThanTheWindow() {
        UUID old = UUID.randomUUID();
        UUID late = UUID.randomUUID();
        store.append(batch("demo", old, "{}"));
        ageCalls(RETRY_WINDOW.minusMinutes(1));
        store.append(batch("demo", late, "{}"));

        window().forget(client);
        assertThat(isKnown(old)).isTrue();
        ageCalls(Duration.ofMinutes(2));
        window().forget(client);

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
            store.append(batch("demo", key, "{}"));
        }

        window().forget(client);

        assertThat(PostgresqlServer.count(properties, "event_call")).isEqualTo(CALLS_MAX);
        assertThat(isKnown(keys.getLast())).isTrue();
        assertThat(isKnown(keys.get(CALLS_MAX))).isTrue();
        assertThat(isKnown(keys.get(CALLS_MAX - 1))).isFalse();
    }

    @Test
    void theRowThatAllCommitsChangeStaysSmall() {
        append(1, 1_000);

        // A row takes some 50 bytes, so that 1,000 versions would need seven pages.
        assertThat(client.sql("SELECT pg_relation_size('event_counter') / 8192")
                        .query(Long.class)
                        .single())
                .isLessThanOrEqualTo(3);
    }

    private Retention retention(Duration age, int megabytes) {
        return new Retention(
                new EventLogProperties(RETRY_WINDOW, CALLS_MAX, age, DataSize.ofMegabytes(megabytes)), meters);
    }

    private static RetryWindow window() {
        return new RetryWindow(new EventLogProperties(RETRY_WINDOW, CALLS_MAX, Duration.ZERO, DataSize.ofBytes(0)));
    }

    private void run(Retention retention, Instant now, long nanoTime) {
        retention.observe(client, now, nanoTime);
        retention.remove(client, nanoTime);
    }

    private double removed(String reason) {
        return meters.get("evidently.events.removed")
                .tag("reason", reason)
                .counter()
                .count();
    }

    /** Appends a batch as if the database had taken it at that time. */
    private void appendStored(Instant time, int count) {
        store.append(new EventBatch(
                EventIds.newBatchId(),
                null,
                store.key("demo"),
                time,
                IntStream.range(0, count)
                        .mapToObj(_ -> new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}"))
                        .toList()));
        client.sql("UPDATE event_batch SET stored_time = ? WHERE last_sequence = ?")
                .param(time.toEpochMilli())
                .param(store.lastSequence())
                .update();
    }

    private void ageCalls(Duration age) {
        client.sql("UPDATE event_call SET stored_time = stored_time - ?")
                .param(age.toMillis())
                .update();
    }

    private void append(int size, int count) {
        append("demo", size, count);
    }

    private void append(String project, int size, int count) {
        String data = "{\"a\":\"" + "x".repeat(size) + "\"}";
        for (int i = 0; i < count; i++) {
            store.append(batch(project, null, data));
        }
    }

    private EventBatch batch(String project, UUID callKey, String data) {
        return new EventBatch(
                EventIds.newBatchId(),
                callKey,
                store.key(project),
                Instant.EPOCH,
                List.of(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, data)));
    }

    private boolean isKnown(UUID key) {
        EventBatch batch = batch("demo", key, "{}");
        return !store.append(batch).equals(batch.id());
    }

    private List<Long> sequences() {
        List<Long> sequences = new ArrayList<>();
        store.all(EventQuery.ALL).forEach(event -> sequences.add(event.sequence()));
        return sequences;
    }

    private static Instant day(int number) {
        return Instant.EPOCH.plus(Duration.ofDays(number));
    }
}
