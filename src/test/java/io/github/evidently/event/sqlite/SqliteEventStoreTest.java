package io.github.evidently.event.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventProperties;
import io.github.evidently.event.EventProperties.InvalidEntry;
import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.EventStoreContract;
import io.github.evidently.event.EventType;
import io.github.evidently.event.ProjectEvent;
import io.github.evidently.project.ProjectFixture;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.store.Database;
import io.github.evidently.store.DatabaseFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class SqliteEventStoreTest extends EventStoreContract {

    private static final int QUEUE_SIZE_MAX = 1_000;

    @TempDir
    Path directory;

    private Database database;
    private ProjectFixture projects;
    private EventStore store;

    @Override
    protected EventStore open() {
        database = DatabaseFixture.open(directory);
        projects = new ProjectFixture(database);
        store = new SqliteEventStore(
                database,
                projects.registry(),
                new ServerIdentity("000000000000", "us-east-1"),
                new EventProperties(
                        DataSize.ofKilobytes(256), DataSize.ofMegabytes(10), QUEUE_SIZE_MAX, InvalidEntry.REPORT),
                new SimpleMeterRegistry());
        return store;
    }

    @Override
    protected void createProject(String name) {
        projects.create(name);
    }

    @Override
    protected void deleteProject(String name) {
        projects.delete(name);
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
    void throttlesWhatTheQueueDoesNotTakeAndTakesItOnceThereIsRoom() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Thread slow = Thread.startVirtualThread(() -> database.write(
                _ -> {
                    busy.countDown();
                    awaitUninterruptibly(release);
                    return 0;
                },
                _ -> {}));
        busy.await();
        List<Thread> waiting = IntStream.range(0, QUEUE_SIZE_MAX / 50)
                .mapToObj(_ -> Thread.startVirtualThread(() -> store.append(batch(50))))
                .toList();
        while (waiting.stream().anyMatch(thread -> thread.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }

        assertThatExceptionOfType(ThrottlingException.class)
                .isThrownBy(() -> store.append(batch(1)))
                .withMessage("Rate exceeded");
        release.countDown();
        for (Thread thread : waiting) {
            thread.join();
        }
        slow.join();
        store.append(batch(50));

        assertThat(store.count(EventQuery.ALL)).isEqualTo(QUEUE_SIZE_MAX + 50);
    }

    @Test
    void removesTheEventsOfDeletedProjectsFromTheDisk() {
        createProject("gone");
        store.append(batch(50));
        store.append(new EventBatch("gone", Instant.EPOCH, batch(50).events()));
        store.append(batch(50));
        deleteProject("gone");
        assertThat(rows()).isEqualTo(150);

        purge();

        assertThat(rows()).isEqualTo(100);
        assertThat(store.count(EventQuery.ALL)).isEqualTo(100);
        assertThat(database.<Long>read(client -> client.sql("SELECT count(*) FROM deleted_project")
                        .query(Long.class)
                        .single()))
                .isZero();
    }

    private void purge() {
        try (DeletedEventsPurge purge = new DeletedEventsPurge(database)) {
            purge.run();
        }
    }

    private long rows() {
        return database.<Long>read(client ->
                client.sql("SELECT count(*) FROM event").query(Long.class).single());
    }

    private static EventBatch batch(int count) {
        return new EventBatch(
                "demo",
                Instant.EPOCH,
                IntStream.range(0, count)
                        .mapToObj(_ -> new ProjectEvent(UUID.randomUUID(), EventType.CUSTOM, Instant.EPOCH, "{}"))
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
