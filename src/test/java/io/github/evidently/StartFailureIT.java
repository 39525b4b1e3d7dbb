package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Random;
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
        startAndStop();
        Path file = directory.resolve("evidently.db");
        try (RandomAccessFile database = new RandomAccessFile(file.toFile(), "rw")) {
            database.setLength(database.length() / 2 / 8192 * 8192);
        }

        assertRefuses("evidently.db is damaged or is no SQLite database", "Restore it from a backup");
    }

    @Test
    void theDatabaseIsGone() throws Exception {
        startAndStop();
        Files.delete(directory.resolve("evidently.db"));

        assertRefuses("evidently.db is gone or empty, but there was one", "Restore it from a backup");
        assertThat(directory.resolve("evidently.db")).doesNotExist();
    }

    @Test
    void theDatabaseIsEmpty() throws Exception {
        startAndStop();
        try (RandomAccessFile database =
                new RandomAccessFile(directory.resolve("evidently.db").toFile(), "rw")) {
            database.setLength(0);
        }

        assertRefuses("evidently.db is gone or empty, but there was one", "Restore it from a backup");
    }

    @Test
    void aPageOfTheDatabaseIsGarbage() throws Exception {
        startAndStop();
        try (RandomAccessFile database =
                new RandomAccessFile(directory.resolve("evidently.db").toFile(), "rw")) {
            byte[] garbage = new byte[8192];
            new Random(1).nextBytes(garbage);
            database.seek(database.length() / 2 / 8192 * 8192);
            database.write(garbage);
        }

        assertRefuses("evidently.db is damaged or is no SQLite database", "Restore it from a backup");
    }

    @Test
    void aByteOfAnEventIsAnother() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                EventSender sender = new EventSender()) {
            sender.send(server.uri("/events/projects/demo"), 1);
            server.terminate();
            server.awaitEnd();
        }
        Path database = directory.resolve("evidently.db");
        byte[] content = Files.readAllBytes(database);
        int place = new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("\"n\"");
        content[place + 1] = 'm';
        Files.write(database, content);

        assertRefuses("evidently.db is damaged", "Restore it from a backup");
    }

    @Test
    void theLogIsGarbage() throws Exception {
        startAndKill((server, sender) -> {
            for (int i = 0; i < 20; i++) {
                sender.send(server.uri("/events/projects/demo"), 1);
            }
        });
        try (RandomAccessFile log =
                new RandomAccessFile(directory.resolve("evidently.db-wal").toFile(), "rw")) {
            byte[] garbage = new byte[8192];
            new Random(1).nextBytes(garbage);
            log.seek(log.length() / 2);
            log.write(garbage);
        }

        assertRefuses("evidently.db-wal is damaged", "Restore the database from a backup");
    }

    @Test
    void theLogIsGoneWithEvents() throws Exception {
        startAndKill((server, sender) -> sender.send(server.uri("/events/projects/demo"), 1));
        Files.delete(directory.resolve("evidently.db-wal"));

        assertRefuses("evidently.db lacks events or changes that were acknowledged", "Put the log back");
        assertRefuses("evidently.db lacks events or changes that were acknowledged", "Put the log back");
    }

    @Test
    void theLogIsGoneWithAProject() throws Exception {
        startAndStop();
        startAndKill((server, _) -> new ProjectOfTest(server.port()));
        Files.delete(directory.resolve("evidently.db-wal"));

        assertRefuses("evidently.db lacks events or changes that were acknowledged", "Put the log back");
    }

    @Test
    void theLogWasCutAfterAKill() throws Exception {
        startAndKill((server, sender) -> {
            for (int i = 0; i < 20; i++) {
                sender.send(server.uri("/events/projects/demo"), 1);
            }
        });
        try (RandomAccessFile log =
                new RandomAccessFile(directory.resolve("evidently.db-wal").toFile(), "rw")) {
            log.setLength(log.length() / 2);
        }

        assertRefuses("evidently.db lacks events or changes that were acknowledged", "Put the log back");
    }

    @Test
    void theDatabaseIsAnOlderCopy() throws Exception {
        startAndStop();
        Path copy = Files.copy(directory.resolve("evidently.db"), directory.resolve("copy"));
        startAndKill((server, sender) -> sender.send(server.uri("/events/projects/demo"), 1));
        startAndStop();
        Files.move(copy, directory.resolve("evidently.db"), StandardCopyOption.REPLACE_EXISTING);

        assertRefuses(
                "evidently.db lacks events or changes that were acknowledged", "an older copy has taken its place");
    }

    @Test
    void theDatabaseIsOfANewerServer() throws Exception {
        startAndStop();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("evidently.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO flyway_schema_history SELECT 99, '99', 'later', type, 'V99__later.sql', 1,"
                    + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
                    + " WHERE version = '1'");
        }

        assertRefuses(
                "was written by a newer version of the server: its schema has version 99, and this server knows",
                "Start the newer version");
    }

    @Test
    void theLogWasCutWhileAServerRan() throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                EventSender sender = new EventSender()) {
            for (int i = 0; i < 20; i++) {
                sender.send(server.uri("/events/projects/demo"), 1);
            }
            try (RandomAccessFile log =
                    new RandomAccessFile(directory.resolve("evidently.db-wal").toFile(), "rw")) {
                log.setLength(log.length() / 2);
            }
            assertThat(sender.send(server.uri("/events/projects/demo"), 1)).isEqualTo(500);
            server.kill();
            server.awaitEnd();
        }

        assertRefuses("was cut or replaced while the server ran", "Restore the database from a backup");
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
    void anotherServerUsesTheDirectoryWhoseLockFileWasDeleted() throws Exception {
        startAndKill((first, sender) -> {
            sender.send(first.uri("/events/projects/demo"), 10);
            // What opens and closes the database must not give up the lock.
            assertThat(sender.readAfter(first, 0)).hasSize(10);
            Files.delete(directory.resolve("evidently.lock"));

            assertRefuses("Another server uses this store", "Stop the other server");
            assertRefuses("Another server uses this store", "Stop the other server");
            assertThat(sender.send(first.uri("/events/projects/demo"), 1)).isEqualTo(200);
        });
        try (ServerProcess server = ServerProcess.start(directory).awaitReady();
                EventSender sender = new EventSender()) {
            assertThat(sender.readAfter(server, 0)).hasSize(11);
        }
    }

    @Test
    void thePortIsTaken() throws Exception {
        try (ServerProcess first =
                        ServerProcess.start(directory.resolve("first")).awaitReady();
                ServerProcess second = ServerProcess.startOnPort(first.port(), directory.resolve("second"))) {
            assertThat(second.awaitEnd()).isNotZero();
            assertThat(String.join("\n", second.output()))
                    .contains("Port " + first.port() + " is in use", "server.port (SERVER_PORT)")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void theAddressIsOfAnotherMachine() throws Exception {
        // Of the documentation's network: no machine has it.
        try (ServerProcess server = ServerProcess.start(directory, "server.address=192.0.2.1")) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output()))
                    .contains("192.0.2.1 is no address of this machine", "server.address (SERVER_ADDRESS)")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void thereIsNoSuchPort() throws Exception {
        try (ServerProcess server = ServerProcess.startOnPort(99_999, directory)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output()))
                    .contains("There is no port 99999", "server.port (SERVER_PORT)")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void theDatabaseIsOfAnotherProgram() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("evidently.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE theirs (n INTEGER)");
        }

        assertRefuses("evidently.db is of another program", "evidently.store.directory");
    }

    @ParameterizedTest
    @CsvSource({
        "evidently.account-id=12, evidently.account-id",
        "evidently.store.dir=data, evidently.store.dir is no property of this server",
        "evidently.region=, evidently.region",
        "evidently.project.names=a b, evidently.project.names",
        "evidently.event.data-size-max=1GB, evidently.event.data-size-max",
        "evidently.event.queue-size-max=1, evidently.event.queueSizeMax",
        "evidently.event.invalid-entry=maybe, evidently.event.invalid-entry",
        "evidently.access.authentication=full, 'evidently.access.authentication is none of none, signed, verified'"
    })
    void aPropertyIsWrong(String property, String name) throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, property)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output())).contains(name).doesNotContain("\tat ");
        }
    }

    /** Uses a server as it likes and then kills it. */
    private void startAndKill(Use use) throws Exception {
        try (ServerProcess server = ServerProcess.start(directory, "evidently.project.names=demo")
                        .awaitReady();
                EventSender sender = new EventSender()) {
            use.accept(server, sender);
            server.kill();
            server.awaitEnd();
        }
    }

    private interface Use {
        void accept(ServerProcess server, EventSender sender) throws Exception;
    }

    private void startAndStop() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(directory, "evidently.project.names=demo").awaitReady()) {
            server.terminate();
            server.awaitEnd();
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
