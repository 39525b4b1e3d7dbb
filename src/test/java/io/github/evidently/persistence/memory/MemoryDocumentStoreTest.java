package io.github.evidently.persistence.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.DocumentStoreContract;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryDocumentStoreTest extends DocumentStoreContract {

    @Override
    protected Stores open() {
        Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
        return new Stores(persistence.documents(), persistence.events());
    }

    @Test
    void announcesACommit() throws Exception {
        DocumentStore documents = open().documents();
        CountDownLatch announced = new CountDownLatch(1);
        Thread waiting = Thread.ofPlatform().start(() -> {
            try {
                documents.awaitChange(0, Duration.ofMinutes(1));
                announced.countDown();
            } catch (InterruptedException e) {
                // The test is over.
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }

        Commit _ = documents.commit(0, List.of(new Write.OpenLog(1, "p")));

        assertThat(announced.await(20, TimeUnit.SECONDS)).isTrue();
        documents.awaitChange(0, Duration.ofMinutes(1)); // Has changed since.
    }
}
