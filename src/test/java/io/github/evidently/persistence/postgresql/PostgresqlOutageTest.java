package io.github.evidently.persistence.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Write;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that goes away, and a network that loses answers. */
@Timeout(60)
class PostgresqlOutageTest {

    private static final long PROJECT = 1;
    private static final Duration ANSWER_MAX = EventCommitter.WAIT_MAX.plusSeconds(3);

    private final String schema = PostgresqlServer.newSchema();
    private DatabaseProxy network;
    private PostgresqlPersistence persistence;

    @BeforeEach
    void open() throws Exception {
        network = new DatabaseProxy(PostgresqlServer.port());
        persistence = new PostgresqlPersistence(
                PostgresqlServer.store(schema, network.port()),
                EventLogFixture.PROPERTIES,
                new Arrivals(),
                new SimpleMeterRegistry());
        persistence.documents().commit(0, List.of(new Write.OpenLog(PROJECT, "demo")));
    }

    @AfterEach
    void close() throws Exception {
        persistence.close();
        network.close();
    }

    @Test
    void acknowledgesNothingWhenTheAnswerToACommitIsLostAndTheRetryFindsOut() {
        UUID key = UUID.randomUUID();
        EventBatch first = batch(key);
        network.loseNextCommit();

        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(() -> append(first));
        assertThat(network.losses()).isEqualTo(1);

        assertThat(append(batch(key))).isEqualTo(first.id());
        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(1);
    }

    @Test
    void tellsByTheVersionWhatBecameOfACommitWhoseAnswerWasLost() {
        Write put = new Write.Put(new Document(new DocumentKey("thing", "", "a"), "{}"));
        network.loseNextCommit();

        assertThatExceptionOfType(EvidentlyException.class)
                .isThrownBy(() -> persistence.documents().commit(1, List.of(put)));

        assertThat(persistence.documents().version()).isEqualTo(2);
        assertThat(persistence.documents().commit(1, List.of(put))).isEqualTo(new Commit.Superseded());
    }

    @Test
    void refusesWhileTheDatabaseIsAwayAndGoesOnWhenItIsBack() {
        append(batch(null));
        network.cut();

        assertRefusedInTime(() -> append(batch(null)));
        assertRefusedInTime(() -> persistence.events().lastSequence());
        assertThat(persistence.canCommit()).isFalse();

        network.mend();
        assertThat(persistence.canCommit()).isTrue();
        append(batch(null));
        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(2);
    }

    @Test
    void refusesInTimeWhileTheDatabaseDoesNotAnswer() {
        append(batch(null));
        network.stall();

        assertRefusedInTime(() -> append(batch(null)));
        long start = System.nanoTime();
        assertThat(persistence.canCommit()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));

        network.mend();
        assertThat(persistence.canCommit()).isTrue();
        append(batch(null));
    }

    @Test
    void connectsAgainAfterTheServerHasEndedItsSessions() {
        append(batch(null));
        PostgresqlServer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + schema + "'");

        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(1);
        // The first attempt may find the committer's connection broken.
        try {
            append(batch(null));
        } catch (ServiceUnavailableException e) {
            append(batch(null));
        }
        assertThat(persistence.events().count(EventQuery.ALL)).isEqualTo(2);
    }

    private static void assertRefusedInTime(Runnable request) {
        long start = System.nanoTime();
        assertThatExceptionOfType(ServiceUnavailableException.class).isThrownBy(request::run);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ANSWER_MAX);
    }

    private UUID append(EventBatch batch) {
        return persistence.events().append(List.of(batch)).getFirst();
    }

    private static EventBatch batch(UUID callKey) {
        return new EventBatch(
                EventIds.newBatchId(),
                callKey,
                PROJECT,
                Instant.EPOCH,
                List.of(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}")));
    }
}
