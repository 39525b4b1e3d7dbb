package io.github.evidently.persistence.sqlite;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The number that distinguishes a database file from its copies: SQLite's {@code user_version} in the header of the
 * file.
 *
 * <p>Each start and each backup gives the file another one, so that a log can be matched to its file.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#user_version_number">the format of the database</a>
 */
final class StoreIdentity {

    private static final int OFFSET = 60;

    private StoreIdentity() {}

    /** Returns an identity that no file has. */
    static int next() {
        return ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
    }

    /** Reads it from the file, without the log; returns 0 for a file that has none. */
    static int read(RandomAccessFile database) throws IOException {
        if (database.length() < OFFSET + Integer.BYTES) {
            return 0;
        }
        database.seek(OFFSET);
        return database.readInt();
    }

    static void write(Connection connection, int identity) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = " + identity);
        }
    }
}
