package io.github.evidently;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy made while events come in is a database that a server starts from. */
class BackupIT {

    private static final int SENDERS = 4;

    @TempDir
    Path directory;

    @TempDir
    Path restored;

    @Test
    void aCopyMadeUnderLoadIsWholeAndConsistent() throws Exception {
        try (EventSender sender = new EventSender()) {
            Set<Long> before;
            long after;
            try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                    .awaitReady()) {
                List<Thread> senders = new ArrayList<>();
                for (int i = 0; i < SENDERS; i++) {
                    senders.add(Thread.ofPlatform()
                            .start(() -> sender.sendUntilGone(server.uri("/events/projects/demo"), 10, () -> {})));
                }
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> sender.acknowledged().size() >= 5_000);
                before = new HashSet<>(sender.acknowledged());
                String file = given().post(server.uri("/_evidently/backup"))
                        .then()
                        .statusCode(200)
                        .extract()
                        .path("file");
                Path copy = Path.of(file);
                after = sender.lastNumber();
                server.kill();
                for (Thread thread : senders) {
                    thread.join();
                }
                assertThat(names(copy.getParent()))
                        .containsExactly(copy.getFileName().toString());
                Files.move(copy, restored.resolve("evidently.db"));
            }

            try (ServerProcess server = ServerProcess.start(restored).awaitReady()) {
                List<EventSender.Stored> stored = sender.readAfter(server, 0);
                Set<Long> numbers = new HashSet<>();
                for (int i = 0; i < stored.size(); i++) {
                    assertThat(stored.get(i).sequence()).isEqualTo(i + 1);
                    assertThat(numbers.add(stored.get(i).number())).isTrue();
                }
                before.removeAll(numbers);
                assertThat(before)
                        .as("acknowledged before the backup, but not in it")
                        .isEmpty();
                assertThat(numbers).allMatch(number -> number <= after);
                assertThat(sender.send(server.uri("/events/projects/demo"), 1)).isEqualTo(200);
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
