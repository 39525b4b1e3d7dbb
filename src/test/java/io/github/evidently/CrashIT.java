package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments: what was acknowledged is stored, once, and nothing that was never sent.
 *
 * <p>The ledger of acknowledgements lives in this process, not in the one that dies.
 */
class CrashIT {

    private static final int ROUNDS = 20;
    private static final int SENDERS = 8;
    private static final int LIFE_MAX_MILLIS = 400;

    @TempDir
    Path directory;

    @Test
    void losesAndDoublesNothing() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> stored = new HashSet<>();
        long lastSequence = 0;
        try (EventSender sender = new EventSender()) {
            for (int round = 0; round <= ROUNDS; round++) {
                try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")) {
                    if (random.nextInt(10) == 0) {
                        // While it starts: before, during or after it has opened the database.
                        Thread.sleep(random.nextInt(3_000));
                        server.kill();
                        continue;
                    }
                    server.awaitReady();
                    for (EventSender.Stored event : sender.readAfter(server, lastSequence)) {
                        assertThat(event.sequence())
                                .as("seed %d: sequence without gaps", seed)
                                .isEqualTo(lastSequence + 1);
                        lastSequence = event.sequence();
                        assertThat(stored.add(event.number()))
                                .as("seed %d: event %d once", seed, event.number())
                                .isTrue();
                    }
                    assertThat(stored).as("seed %d: acknowledged events", seed).containsAll(sender.acknowledged());
                    assertThat(stored)
                            .as("seed %d: events sent", seed)
                            .allMatch(number -> number <= sender.lastNumber());

                    List<Thread> senders = new ArrayList<>();
                    for (int i = 0; i < SENDERS; i++) {
                        int batch = i % 2 == 0 ? 50 : 1;
                        senders.add(Thread.startVirtualThread(
                                () -> sender.sendUntilGone(server.uri("/events/projects/demo"), batch)));
                    }
                    Thread.sleep(random.nextInt(LIFE_MAX_MILLIS));
                    server.kill();
                    for (Thread thread : senders) {
                        thread.join();
                    }
                }
            }
            assertThat(sender.acknowledged())
                    .as("the rounds must have stored something")
                    .hasSizeGreaterThan(1_000);
        }
    }
}
