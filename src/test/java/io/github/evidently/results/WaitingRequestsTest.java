package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.error.ThrottlingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingRequestsTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    private final WaitingRequests requests = new WaitingRequests(new KeptTallies(1));
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() throws InterruptedException {
        requests.close();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @Test
    void endTheRestOfTheThreadThatCounts() throws InterruptedException {
        Thread counting = startAndWait(() -> requests.rest(LONG));
        startAndWait(this::ask);
        assertThat(counting.join(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void keepTheThreadThatCountsFromResting() throws InterruptedException {
        startAndWait(this::ask);
        assertThat(requests.exist()).isTrue();
        Thread counting = start(() -> requests.rest(LONG));
        assertThat(counting.join(Duration.ofSeconds(10))).isTrue();
    }

    private void ask() {
        try {
            requests.await(
                    ExperimentFixture.started(1, ExperimentFixture.experiment()).key(),
                    1,
                    System.nanoTime() + LONG.toNanos());
        } catch (ThrottlingException expected) {
            // The end of the test.
        }
    }

    private Thread startAndWait(Runnable task) {
        Thread thread = start(task);
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    private Thread start(Runnable task) {
        Thread thread = Thread.ofPlatform().start(task);
        threads.add(thread);
        return thread;
    }
}
