package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.InternalServerException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {

    private static final WriteTask<Integer> CHANGE = transaction ->
            transaction.statement("UPDATE store_probe SET count = count + 1").executeUpdate();

    @TempDir
    Path directory;

    private Database database;
    private Path log;

    @BeforeEach
    void open() {
        database = DatabaseFixture.open(directory);
        log = directory.resolve("evidently.db-wal");
        assertThat(database.append(1, CHANGE)).isEqualTo(1);
    }

    @AfterEach
    void close() throws Exception {
        database.close();
    }

    @Test
    void acknowledgesNothingOnceItsFileIsDeleted() throws IOException {
        Files.delete(database.file());

        assertCommitsNothing();
        assertThat(database.file()).doesNotExist();
    }

    @Test
    void acknowledgesNothingOnceItsLogIsDeleted() throws IOException {
        Files.delete(log);

        assertCommitsNothing();
    }

    @Test
    void acknowledgesNothingOnceItsFileIsCut() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(database.file().toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        assertCommitsNothing();
    }

    @Test
    void acknowledgesNothingOnceItsLogIsCut() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }

        assertCommitsNothing();
    }

    @Test
    void acknowledgesNothingOnceItsLogHasLostWhatIsLast() throws IOException {
        for (int i = 0; i < 20; i++) {
            database.append(1, CHANGE);
        }
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(file.length() - 1);
        }

        assertCommitsNothing();
    }

    @Test
    void acknowledgesNothingOnceItsLogIsReplaced() throws IOException {
        Path other = directory.resolve("other");
        Files.copy(log, other);
        Files.move(other, log, StandardCopyOption.ATOMIC_MOVE);

        assertCommitsNothing();
    }

    @Test
    void goesOnWhenOtherFilesComeAndGo() throws IOException {
        Path other = Files.createFile(directory.resolve("other"));
        assertThat(database.append(1, CHANGE)).isEqualTo(1);
        Files.delete(other);

        assertThat(database.append(1, CHANGE)).isEqualTo(1);
    }

    @Test
    void acknowledgesNothingOnceItsFileIsReplaced() throws IOException {
        Path other = directory.resolve("other");
        Files.copy(database.file(), other);
        Files.move(other, database.file(), StandardCopyOption.ATOMIC_MOVE);

        assertCommitsNothing();
    }

    @Test
    void hasThePagesThatItAskedFor() {
        assertThat(database.<Integer>read(client ->
                        client.sql("PRAGMA page_size").query(Integer.class).single()))
                .isEqualTo(8_192);
    }

    @Test
    void startsTheLogAnewWhileOthersReadAllTheTime() throws Exception {
        write(1_000_000, 4);
        AtomicBoolean done = new AtomicBoolean();
        List<Thread> readers = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                    while (!done.get()) {
                        database.<Long>read(client -> client.sql(
                                        "SELECT sum(length(hex(events))) FROM event_batch WHERE last_sequence <= 2")
                                .query(Long.class)
                                .single());
                    }
                }))
                .toList();
        try {
            write(1_000_000, 100);
        } finally {
            done.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }

        assertThat(Files.size(log)).isLessThan(48_000_000);
    }

    private void write(int size, int times) {
        WriteTask<Integer> large = transaction -> transaction
                .statement("INSERT INTO event_batch (project_id, batch_id, received_time, event_count, events)"
                        + " VALUES (1, x'00', 0, 0, zeroblob(" + size + "))")
                .executeUpdate();
        for (int i = 0; i < times; i++) {
            database.append(size, large);
        }
    }

    @Test
    void takesTheLogIntoTheFileWhileItIsWrittenTo() throws Exception {
        long before = Files.size(database.file());
        write(1_000_000, 64);

        // 64 MB were written: more than half of them are in the file, and the log began anew on the way.
        assertThat(Files.size(database.file()) - before).isGreaterThan(32_000_000);
        assertThat(Files.size(log)).isLessThan(48_000_000);
    }

    @Test
    void remembersThePositionOfTheLastChange() throws Exception {
        long before = rememberedPosition();
        database.write(CHANGE, _ -> {});
        assertThat(rememberedPosition()).isEqualTo(before + 1);
        database.append(1, transaction -> {
            transaction.advance(7);
            return 7;
        });
        assertThat(rememberedPosition()).isEqualTo(before + 8);
    }

    @Test
    void countsNothingWhereNothingWasChanged() throws Exception {
        long before = rememberedPosition();
        database.write(transaction -> transaction.statement("SELECT 1").execute(), _ -> {});

        assertThat(rememberedPosition()).isEqualTo(before);
    }

    /** 8 bytes of the lock file, behind its text. */
    private long rememberedPosition() throws IOException {
        byte[] lock = Files.readAllBytes(directory.resolve("evidently.lock"));
        return ByteBuffer.wrap(lock).getLong(32);
    }

    private void assertCommitsNothing() {
        for (int i = 0; i < 3; i++) {
            assertThatExceptionOfType(InternalServerException.class).isThrownBy(() -> database.append(1, CHANGE));
        }
        assertThat(database.canCommit()).isFalse();
    }
}
