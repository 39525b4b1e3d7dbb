package io.github.evidently.persistence.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages a log that SQLite itself has written. */
class LogCheckTest {

    private static final int HEADER_SIZE = 32;
    private static final int FRAME_SIZE = 24 + 4096;
    private static final int TRANSACTIONS = 10;

    @TempDir
    Path directory;

    private Path log;
    private int frames;

    /** A log of one header and a frame or more for each transaction, as a crash leaves it. */
    @BeforeEach
    void writeLog() throws SQLException, IOException {
        Path database = directory.resolve("test.db");
        log = directory.resolve("crashed-wal");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("CREATE TABLE item (n INTEGER)");
            for (int i = 1; i < TRANSACTIONS; i++) {
                statement.execute("INSERT INTO item VALUES (" + i + ")");
            }
            Files.copy(directory.resolve("test.db-wal"), log);
        }
        frames = (int) ((Files.size(log) - HEADER_SIZE) / FRAME_SIZE);
        assertThat(frames).isGreaterThanOrEqualTo(TRANSACTIONS);
    }

    @Test
    void isContentWithALogOfSqlite() throws IOException {
        assertThat(LogCheck.isDamaged(log)).isFalse();
    }

    @Test
    void isContentWithALogThatWasCutAnywhere() throws IOException {
        // By a step that is no divisor of a frame's size, so that the cuts fall everywhere in a frame.
        for (long size = Files.size(log); size > 0; size -= 997) {
            try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
                file.setLength(size);
            }
            assertThat(LogCheck.isDamaged(log)).as("cut to %d bytes", size).isFalse();
        }
    }

    @Test
    void isContentWithATornLastTransaction() throws IOException {
        damage(offsetOfFrame(frames - 1) + 100);

        assertThat(LogCheck.isDamaged(log)).isFalse();
    }

    @Test
    void isContentWithWhatAnOlderLogLeftBehind() throws IOException {
        // A log that starts anew writes over the old one, whose frames have other salts.
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            for (int frame = 3; frame < frames; frame++) {
                file.seek(offsetOfFrame(frame) + 8);
                file.writeLong(42);
            }
        }

        assertThat(LogCheck.isDamaged(log)).isFalse();
    }

    @Test
    void noticesADamagedHeader() throws IOException {
        for (int offset = 0; offset < HEADER_SIZE; offset++) {
            damage(offset);
            assertThat(LogCheck.isDamaged(log)).as("byte %d", offset).isTrue();
            damage(offset);
        }
    }

    @Test
    void noticesADamagedTransactionThatOthersFollow() throws IOException {
        for (int frame = 0; frame < frames - 2; frame++) {
            for (int offset : new int[] {0, 5, 9, 17, 21, 24, 2000, FRAME_SIZE - 1}) {
                damage(offsetOfFrame(frame) + offset);
                assertThat(LogCheck.isDamaged(log))
                        .as("frame %d, byte %d", frame, offset)
                        .isTrue();
                damage(offsetOfFrame(frame) + offset);
            }
        }
        assertThat(LogCheck.isDamaged(log)).isFalse();
    }

    private static long offsetOfFrame(int frame) {
        return HEADER_SIZE + (long) frame * FRAME_SIZE;
    }

    /** Flips a bit; once more, and it is as before. */
    private void damage(long offset) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            file.seek(offset);
            int old = file.read();
            file.seek(offset);
            file.write(old ^ 1);
        }
    }
}
