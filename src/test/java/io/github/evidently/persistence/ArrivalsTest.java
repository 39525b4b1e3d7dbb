package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.GenericApplicationContext;

class ArrivalsTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Arrivals arrivals = new Arrivals();

    @Test
    void doesNotMissWhatArrivedBetweenALookAndTheWait() throws Exception {
        long count = arrivals.count();
        arrivals.arrived();

        assertThat(arrivals.await(count, LONG)).isTrue();
    }

    @Test
    void wakesAllWhoWait() throws Exception {
        long count = arrivals.count();
        try (ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> woken = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                woken.add(waiters.submit(() -> arrivals.await(count, LONG)));
            }
            arrivals.arrived();
            for (Future<Boolean> one : woken) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    @Test
    void endsWhenTheTimeIsOver() throws Exception {
        assertThat(arrivals.await(arrivals.count(), Duration.ofMillis(1))).isFalse();
        assertThat(arrivals.await(arrivals.count(), Duration.ofMillis(-1))).isFalse();
    }

    @Test
    void keepsNobodyOnceTheServerStops() throws Exception {
        long count = arrivals.count();
        try (ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor();
                GenericApplicationContext context = new GenericApplicationContext()) {
            Future<Boolean> waiting = waiters.submit(() -> arrivals.await(count, LONG));
            arrivals.onApplicationEvent(new ContextClosedEvent(context));

            assertThat(waiting.get()).isFalse();
        }
        arrivals.arrived();
        assertThat(arrivals.await(count, LONG)).isFalse();
    }
}
