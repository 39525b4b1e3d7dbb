package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.Rejection;
import io.github.evidently.persistence.RejectionLog;
import io.github.evidently.persistence.SharedPersistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecentRejectionsTest {

    private final Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final RecentRejections one = new RecentRejections(new SharedPersistence(store));
    private final RecentRejections other = new RecentRejections(new SharedPersistence(store));

    @AfterEach
    void close() {
        one.close();
        other.close();
        store.close();
    }

    @Test
    void areSeenOnTheirNodeAtOnceAndOnTheOtherSoonAfterwards() {
        one.add(rejection(1));
        assertThat(one.latestFirst()).containsExactly(rejection(1));

        one.add(rejection(2));
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> other.latestFirst().size() == 2);
        assertThat(other.latestFirst()).containsExactly(rejection(2), rejection(1));
    }

    @Test
    void areClearedOnAllNodes() {
        one.add(rejection(1));
        assertThat(one.latestFirst()).hasSize(1);

        other.clear();

        assertThat(one.latestFirst()).isEmpty();
    }

    @Test
    void takeBoundedMemoryHoweverManyThereAre() {
        for (int i = 0; i < 5_000; i++) {
            one.add(rejection(i));
        }

        assertThat(one.latestFirst()).hasSize(RejectionLog.KEPT_MAX).startsWith(rejection(4_999));
    }

    @Test
    void areKeptWhenTheNodeStops() {
        one.add(rejection(1));
        one.close();

        assertThat(other.latestFirst()).containsExactly(rejection(1));
    }

    @Test
    void ofTheOnlyNodeOfAStoreAreThereAtOnce() {
        try (RecentRejections only = new RecentRejections(store)) {
            only.add(rejection(1));

            assertThat(store.rejections().latestFirst()).containsExactly(rejection(1));
        }
    }

    private static Rejection rejection(int entry) {
        return new Rejection(Instant.EPOCH, "p", entry, "ValidationException", "no", "{}");
    }
}
