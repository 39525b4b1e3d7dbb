package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that cannot start says why in a sentence, not in a stack trace. */
class StartFailureIT {

    @TempDir
    Path directory;

    @Test
    void theFileIsNoDatabase() throws Exception {
        Files.writeString(directory.resolve("evidently.db"), "no database ".repeat(1000));

        assertRefuses("evidently.db is damaged or is no SQLite database", "Restore it from a backup");
    }

    @Test
    void theDatabaseIsTruncated() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            server.terminate();
            server.awaitEnd();
        }
        Path file = directory.resolve("evidently.db");
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.setLength(database.length() / 2 / 4096 * 4096);
        }

        assertRefuses("evidently.db is damaged or is no SQLite database", "Restore it from a backup");
    }

    @Test
    void theDirectoryIsAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertRefuses(file, "cannot be written", "set evidently.store.directory (EVIDENTLY_STORE_DIRECTORY)");
    }

    @Test
    void anotherServerUsesTheDirectory() throws Exception {
        try (ServerProcess first = ServerProcess.start(directory).awaitReady()) {
            assertRefuses("Another server uses this store: the lock", "evidently.lock is taken");
            assertThat(first.port()).isPositive();
        }
    }

    @Test
    void thePortIsTaken() throws Exception {
        try (ServerProcess first =
                        ServerProcess.start(directory.resolve("first")).awaitReady();
                ServerProcess second = ServerProcess.startOnPort(first.port(), directory.resolve("second"))) {
            assertThat(second.awaitEnd()).isNotZero();
            assertThat(String.join("\n", second.output()))
                    .contains("Port " + first.port() + " was already in use")
                    .doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "evidently.account-id=12, evidently.account-id",
        "evidently.region=, evidently.region",
        "evidently.project.names=a b, evidently.project.names",
        "evidently.event.data-size-max=1GB, evidently.event.data-size-max",
        "evidently.event.queue-size-max=1, evidently.event.queueSizeMax",
        "evidently.event.invalid-entry=maybe, evidently.event.invalid-entry"
    })
    void aPropertyIsWrong(String property, String name) throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, property)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output())).contains(name).doesNotContain("\tat ");
        }
    }

    private void assertRefuses(String... sentences) throws Exception {
        assertRefuses(directory, sentences);
    }

    private static void assertRefuses(Path storeDirectory, String... sentences) throws Exception {
        try (ServerProcess server = ServerProcess.start(storeDirectory)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output())).contains(sentences).doesNotContain("\tat ");
        }
    }
}
