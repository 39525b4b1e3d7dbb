package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.persistence.StoreUnusableException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** A copy takes the place of a database whose server was killed, with the log and the lock file of the old one, or without. */
class RestoreTest {

    private static final int TRIES = 25;

    /** What a kill leaves of the store. */
    @TempDir
    Path killed;

    @TempDir
    Path directory;

    private final Random random = new Random(20_261_128);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBackupBesideAnOldLogIsAlwaysRefused(boolean withLockFile) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            Path store = Files.createDirectory(directory.resolve("backup-" + i));
            Path copy;
            try (Database database = DatabaseFixture.open(store)) {
                write(database, random.nextInt(10));
                copy = new Backups(database, Clock.systemUTC()).write();
                write(database, 1 + random.nextInt(10));
                leaveAsKilled(store);
            }
            assertRefuses(copy, withLockFile);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCopyOfAnEarlierRunBesideAnOldLogIsAlwaysRefused(boolean withLockFile) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            Path store = Files.createDirectory(directory.resolve("copy-" + i));
            try (Database database = DatabaseFixture.open(store)) {
                write(database, random.nextInt(10));
            }
            Path copy = Files.copy(store.resolve("evidently.db"), store.resolve("copy"));
            try (Database database = DatabaseFixture.open(store)) {
                write(database, 1 + random.nextInt(10));
                leaveAsKilled(store);
            }
            assertRefuses(copy, withLockFile);
        }
    }

    @Test
    void aKilledStoreStartsWithItsOwnLog() throws Exception {
        for (int i = 0; i < TRIES; i++) {
            Path store = Files.createDirectory(directory.resolve("own-" + i));
            long count;
            try (Database database = DatabaseFixture.open(store)) {
                write(database, random.nextInt(10));
                count = count(database);
                leaveAsKilled(store);
            }
            for (int start = 0; start < 2; start++) {
                try (Database database = DatabaseFixture.open(killed)) {
                    assertThat(count(database)).isEqualTo(count);
                }
            }
        }
    }

    @Test
    void aBackupAloneIsRestored() throws Exception {
        Path copy;
        long count;
        try (Database database = DatabaseFixture.open(directory)) {
            write(database, 5);
            count = count(database);
            copy = new Backups(database, Clock.systemUTC()).write();
        }
        Files.copy(copy, killed.resolve("evidently.db"));

        try (Database database = DatabaseFixture.open(killed)) {
            assertThat(count(database)).isEqualTo(count);
        }
    }

    @Test
    void startsWithWhatThereIsWhereTheLossIsAccepted() throws Exception {
        try (Database database = DatabaseFixture.open(directory)) {
            write(database, 5);
            leaveAsKilled(directory);
        }
        Files.delete(killed.resolve("evidently.db-wal"));
        assertThatExceptionOfType(StoreUnusableException.class)
                .isThrownBy(() -> DatabaseFixture.open(killed))
                .satisfies(e -> assertThat(e.remedy())
                        .contains("evidently.store.accept-loss=true")
                        .doesNotContain("evidently.lock"));

        StoreProperties accepting = StoreProperties.embedded(killed, DataSize.ofMegabytes(256), true);
        new Database(accepting, new SimpleMeterRegistry()).close();

        assertThatCode(() -> DatabaseFixture.open(killed).close()).doesNotThrowAnyException();
    }

    @Test
    void aSecondServerIsRefusedAlsoWhenTheLockFileWasDeleted() throws Exception {
        try (Database database = DatabaseFixture.open(directory)) {
            write(database, 1);
            Files.delete(directory.resolve("evidently.lock"));

            assertThatExceptionOfType(StoreUnusableException.class)
                    .isThrownBy(() -> DatabaseFixture.open(directory))
                    .withMessageContaining("Another server uses this store");
            write(database, 1);
            assertThat(Files.size(directory.resolve("evidently.lock"))).isPositive();
            leaveAsKilled(directory);
        }
        assertThatCode(() -> DatabaseFixture.open(killed).close()).doesNotThrowAnyException();
    }

    private void leaveAsKilled(Path store) throws IOException {
        for (String name : new String[] {"evidently.lock", "evidently.db-wal", "evidently.db"}) {
            // Through the file system's own copy the database would be opened in this process, and closed again.
            Process copying = new ProcessBuilder(
                            "cp",
                            store.resolve(name).toString(),
                            killed.resolve(name).toString())
                    .start();
            try {
                assertThat(copying.waitFor()).isZero();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        Files.deleteIfExists(killed.resolve("evidently.db-shm"));
    }

    private void assertRefuses(Path copy, boolean withLockFile) throws IOException {
        Files.copy(copy, killed.resolve("evidently.db"), StandardCopyOption.REPLACE_EXISTING);
        if (!withLockFile) {
            Files.delete(killed.resolve("evidently.lock"));
        }
        byte[] log = Files.readAllBytes(killed.resolve("evidently.db-wal"));
        for (int start = 0; start < 2; start++) {
            assertThatExceptionOfType(StoreUnusableException.class)
                    .isThrownBy(() -> DatabaseFixture.open(killed).close())
                    .withMessageContaining("write-ahead log");
        }
        assertThat(killed.resolve("evidently.db")).hasSameBinaryContentAs(copy);
        assertThat(killed.resolve("evidently.db-wal")).hasBinaryContent(log);
    }

    private static void write(Database database, int changes) {
        for (int i = 0; i < changes; i++) {
            database.write(
                    transaction -> transaction
                            .statement("INSERT INTO resource VALUES ('segment', '', hex(randomblob(8)), '{}')")
                            .executeUpdate(),
                    _ -> {});
        }
    }

    private static long count(Database database) {
        return database.<Long>read(client ->
                client.sql("SELECT count(*) FROM resource").query(Long.class).single());
    }
}
