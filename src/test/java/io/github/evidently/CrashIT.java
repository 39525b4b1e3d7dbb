package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments: what was acknowledged is stored, once, and nothing that was never sent; and when the
 * clients repeat the calls that had no answer, all that they ever sent is stored once.
 *
 * <p>The ledger of acknowledgements lives in this process, not in the one that dies.
 */
class CrashIT {

    private static final int ROUNDS = 10;
    private static final int SENDERS = 8;
    private static final int ANSWERS_MAX = 400;
    private static final int START_MAX_MILLIS = 3_000;

    @TempDir
    Path directory;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final Set<Long> stored = new HashSet<>();
    private long lastSequence;

    @Test
    void losesAndDoublesNothing() throws Exception {
        try (EventSender sender = new EventSender()) {
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 7 == 3) {
                    killWhileStarting();
                }
                try (ServerProcess server = start()) {
                    server.awaitReady();
                    requireNothingLostOrDoubled(server, sender);
                    sender.retry(server.uri("/events/projects/demo"));
                    requireAllOnce(server, sender);
                    killUnderLoad(server, sender);
                }
            }
            try (ServerProcess server = start()) {
                server.awaitReady();
                requireNothingLostOrDoubled(server, sender);
                sender.retry(server.uri("/events/projects/demo"));
                requireAllOnce(server, sender);
            }
            assertThat(sender.acknowledged()).as("what the test is about").hasSizeGreaterThan(1_000);
        }
    }

    private ServerProcess start() {
        return ServerProcess.start(directory, "evidently.project.names=demo");
    }

    /** Before, while or after it opens the database. */
    private void killWhileStarting() throws InterruptedException {
        try (ServerProcess server = start()) {
            Thread.sleep(random.nextInt(START_MAX_MILLIS));
            server.kill();
        }
    }

    /** At the moment of an answer, when a promise that was made too early has not been kept yet. */
    private void killUnderLoad(ServerProcess server, EventSender sender) throws InterruptedException {
        AtomicInteger answersLeft = new AtomicInteger(1 + random.nextInt(ANSWERS_MAX));
        Runnable killAtZero = () -> {
            if (answersLeft.decrementAndGet() == 0) {
                server.kill();
            }
        };
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            int batch = i % 2 == 0 ? 50 : 1;
            senders.add(Thread.ofPlatform()
                    .start(() -> sender.sendUntilGone(server.uri("/events/projects/demo"), batch, killAtZero)));
        }
        for (Thread thread : senders) {
            thread.join();
        }
    }

    private void requireNothingLostOrDoubled(ServerProcess server, EventSender sender) throws Exception {
        for (EventSender.Stored event : sender.readAfter(server, lastSequence)) {
            assertThat(event.sequence())
                    .as("seed %d: the sequence has no gap", seed)
                    .isEqualTo(lastSequence + 1);
            lastSequence = event.sequence();
            assertThat(stored.add(event.number()))
                    .as("seed %d: event %d is stored once", seed, event.number())
                    .isTrue();
        }
        // AssertJ's containsAll compares each with each: minutes for so many.
        Set<Long> lost = new HashSet<>(sender.acknowledged());
        lost.removeAll(stored);
        assertThat(lost).as("seed %d: acknowledged, but not stored", seed).isEmpty();
        assertThat(stored).as("seed %d: what was sent", seed).allMatch(number -> number <= sender.lastNumber());
    }

    private void requireAllOnce(ServerProcess server, EventSender sender) throws Exception {
        requireNothingLostOrDoubled(server, sender);
        assertThat((long) stored.size()).as("seed %d: all that was sent", seed).isEqualTo(sender.lastNumber());
    }
}
