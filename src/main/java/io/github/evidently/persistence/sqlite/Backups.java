package io.github.evidently.persistence.sqlite;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.persistence.StoreUnusableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/** Writes consistent copies of the database while changes go on. */
final class Backups {

    private static final String DIRECTORY_NAME = "backups";
    private static final String PARTIAL_NAME = "partial.db";
    private static final DateTimeFormatter FILE_NAME = DateTimeFormatter.ofPattern(
                    "'evidently-'uuuuMMdd'T'HHmmss.SSS'Z.db'")
            .withZone(ZoneOffset.UTC);
    private static final Logger log = LoggerFactory.getLogger(Backups.class);

    private final Database database;
    private final Clock clock;
    private final Semaphore permit = new Semaphore(1);

    Backups(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Writes a copy into the directory {@code backups} beside the database.
     *
     * <p>To restore it, put it in the place of the database of a stopped server, without a log beside it. While the
     * copy is written, the write-ahead log cannot restart: it grows by what is stored meanwhile.
     *
     * @return the copy, which is on disk
     * @throws ThrottlingException when another copy is being written
     * @throws InternalServerException when it cannot be written; nothing of it is left
     */
    public Path write() {
        if (!permit.tryAcquire()) {
            throw new ThrottlingException("A backup is being written", Duration.ofSeconds(1));
        }
        try {
            Path directory = database.file().resolveSibling(DIRECTORY_NAME);
            Path backup = directory.resolve(FILE_NAME.format(clock.instant()));
            Path partial = directory.resolve(PARTIAL_NAME);
            try {
                Files.createDirectories(directory);
                Files.deleteIfExists(partial);
                database.withConnection(connection -> copy(connection, partial));
                StoreDirectory.force(partial);
                Files.move(partial, backup, StandardCopyOption.ATOMIC_MOVE);
                StoreDirectory.force(directory);
                return backup;
            } catch (IOException | SQLException e) {
                delete(partial);
                log.error("The backup {} could not be written: {}", backup, StoreUnusableException.reason(e));
                throw new InternalServerException("The backup could not be written");
            }
        } finally {
            permit.release();
        }
    }

    private static void copy(Connection connection, Path target) throws SQLException {
        try (PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, target.toString());
            copy.execute();
        }
        // No log of the original belongs to the copy.
        try (Connection copied = new SQLiteConfig().createConnection("jdbc:sqlite:" + target)) {
            StoreIdentity.write(copied, StoreIdentity.next());
        }
    }

    private static void delete(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            log.warn("The rest of a failed backup, {}, could not be deleted", partial);
        }
    }
}
