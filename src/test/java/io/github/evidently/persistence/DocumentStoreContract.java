package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ResourceNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link DocumentStore} does, together with the {@link EventLog} beside it; the stores' tests extend it. */
public abstract class DocumentStoreContract {

    private static final DocumentKey A = new DocumentKey("thing", "p", "a");
    private static final DocumentKey B = new DocumentKey("thing", "", "b ä \"quoted\"");

    private DocumentStore documents;
    private EventLog events;

    /** A document store without documents and the event log beside it. */
    public record Stores(DocumentStore documents, EventLog events) {}

    protected abstract Stores open();

    @BeforeEach
    void openStores() {
        Stores stores = open();
        documents = stores.documents();
        events = stores.events();
    }

    @Test
    void hasNothingAtFirst() {
        assertThat(documents.version()).isZero();
        assertThat(documents.load()).isEqualTo(new Snapshot(0, List.of()));
    }

    @Test
    void loadsWhatWasCommitted() {
        commit(0, put(A, "{\"n\":1}"), put(B, "{\"t\":\"😀\"}"));
        commit(2, put(A, "{\"n\":2}"));

        Snapshot snapshot = documents.load();

        assertThat(snapshot.version()).isEqualTo(3).isEqualTo(documents.version());
        assertThat(snapshot.documents())
                .containsExactlyInAnyOrder(new Document(A, "{\"n\":2}"), new Document(B, "{\"t\":\"😀\"}"));
    }

    @Test
    void makesTheWritesOfACommitInTheirOrder() {
        commit(0, put(A, "{}"), new Write.Remove(A), put(B, "{}"), new Write.Remove(A));

        assertThat(documents.load()).isEqualTo(new Snapshot(4, List.of(new Document(B, "{}"))));
    }

    @Test
    void writesNothingWhenTheVersionIsAnother() {
        commit(0, put(A, "{\"n\":1}"));
        Snapshot before = documents.load();

        for (long other : new long[] {0, 2}) {
            assertThat(documents.commit(other, List.of(put(A, "{\"n\":2}"), put(B, "{}"), new Write.OpenLog(7, "p"))))
                    .isInstanceOf(Commit.Superseded.class);
        }

        assertThat(documents.load()).isEqualTo(before);
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> append(7));
    }

    @Test
    void ofConcurrentCommitsOnOneVersionOneWins() throws Exception {
        int count = 8;
        CyclicBarrier begin = new CyclicBarrier(count);
        try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
            for (long version = 0; version < 20; version++) {
                long expected = version;
                List<Future<Commit>> commits = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    DocumentKey key = new DocumentKey("thing", "p", version + " " + i);
                    commits.add(executor.submit(() -> {
                        begin.await();
                        return documents.commit(expected, List.of(put(key, "{}")));
                    }));
                }
                int committed = 0;
                for (Future<Commit> commit : commits) {
                    committed += commit.get() instanceof Commit.Committed ? 1 : 0;
                }
                assertThat(committed).isEqualTo(1);
            }
        }
        assertThat(documents.load().documents()).hasSize(20);
        assertThat(documents.version()).isEqualTo(20);
    }

    @Test
    void opensAndClosesLogsWithTheDocuments() {
        commit(0, put(A, "{}"), new Write.OpenLog(1, "p"));
        append(1);
        commit(2, new Write.CloseLog(1), put(A, "{\"n\":2}"), new Write.OpenLog(3, "p"));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> append(1));
        append(3);

        assertThat(events.count(EventQuery.ALL)).isEqualTo(1);
        assertThat(events.lastSequence()).isEqualTo(2);
    }

    private void commit(long expectedVersion, Write... writes) {
        assertThat(documents.commit(expectedVersion, List.of(writes)))
                .isEqualTo(new Commit.Committed(expectedVersion + writes.length));
    }

    private static Write put(DocumentKey key, String json) {
        return new Write.Put(new Document(key, json));
    }

    private void append(long projectKey) {
        EventBatch batch = new EventBatch(
                EventIds.newBatchId(),
                null,
                projectKey,
                Instant.EPOCH,
                List.of(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}")));
        assertThat(events.append(List.of(batch))).containsExactly(batch.id());
    }
}
