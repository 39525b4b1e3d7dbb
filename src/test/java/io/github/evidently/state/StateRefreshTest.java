package io.github.evidently.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.SharedPersistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

@ExtendWith(OutputCaptureExtension.class)
class StateRefreshTest {

    private static final Duration STALENESS_MAX = Duration.ofMillis(800);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final SharedPersistence way = new SharedPersistence(store);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aNodeThatCannotReadTheStoreIsNotReadyUntilItCan(CapturedOutput output) {
        try (StateRefresh refresh = refresh(way)) {
            StateHealthIndicator indicator = new StateHealthIndicator(refresh);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);

            way.cut(true);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> indicator.health().getStatus().equals(Status.DOWN));
            Health down = indicator.health();
            assertThat(down.getDetails())
                    .containsEntry("reason", "the changes of other servers could not be read for too long");

            way.cut(false);
            Awaitility.await()
                    .atMost(PATIENCE)
                    .until(() -> indicator.health().getStatus().equals(Status.UP));
        }
        assertThat(output).containsOnlyOnce("The changes of other servers could not be read for");
    }

    @Test
    void aTaskThatFailsStopsNothing() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        try (StateRefresh refresh = refresh(way)) {
            refresh.onEachLook(() -> {
                throw new IllegalStateException("planted");
            });
            refresh.onEachLook(looks::countDown);

            assertThat(looks.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(refresh.isStale()).isFalse();
        }
    }

    @Test
    void aStoreOfOneNodeHasNoThread() {
        try (StateRefresh _ = refresh(store)) {
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("evidently-refresh");
        }
        try (StateRefresh _ = refresh(way)) {
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .contains("evidently-refresh");
        }
    }

    private static StateRefresh refresh(Persistence persistence) {
        ControlPlane controlPlane =
                new ControlPlane(persistence.documents(), List.of(), new StateProperties(DataSize.ofMegabytes(1)));
        return new StateRefresh(controlPlane, persistence.documents(), persistence.isShared(), STALENESS_MAX);
    }
}
