package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks while the server runs that the database and its log are still the files that were opened; for one thread. */
final class OpenFiles implements Closeable {

    private final Path database;
    private final LockFile lock;
    private final @Nullable Object databaseKey;
    private final LogEnd logEnd;

    /** The least size in bytes that the database must have. */
    private long databaseSize;

    private boolean isTampered;

    /** Opens the log, which must exist, as must the database. */
    OpenFiles(Path directory, Path database, Path log, LockFile lock) throws IOException {
        this.database = database;
        this.lock = lock;
        BasicFileAttributes attributes = StoreDirectory.attributes(database);
        this.databaseKey = attributes.fileKey();
        this.databaseSize = attributes.size();
        this.logEnd = new LogEnd(log, directory, StoreDirectory.LOG_SIZE_KEPT_MAX);
    }

    /** Records the position of a change that is on disk, before the change is acknowledged. */
    void remember(long reached) {
        lock.remember(reached);
    }

    /** Records that the log is about to be cut. */
    void expectLogCut() {
        logEnd.expectCut();
    }

    /**
     * Requires that the log has all that was written to it.
     *
     * @throws StoreUnusableException when it was cut while the server runs
     */
    void requireLogUncut() {
        try {
            if (logEnd.isUncut()) {
                return;
            }
        } catch (IOException e) {
            throw StoreFailures.notInPlace(database, e);
        }
        throw tampered();
    }

    /**
     * Requires that what was written to the opened database can be found under its name.
     *
     * @throws StoreUnusableException when the file or its log was deleted, replaced or cut while the server runs
     */
    void requireDatabaseInPlace() {
        try {
            BasicFileAttributes attributes = StoreDirectory.attributes(database);
            if (Objects.equals(attributes.fileKey(), databaseKey)
                    && attributes.size() >= databaseSize
                    && logEnd.isInPlace()) {
                databaseSize = attributes.size();
                lock.restore(logEnd.directoryTime());
                return;
            }
        } catch (IOException e) {
            throw StoreFailures.notInPlace(database, e);
        }
        throw tampered();
    }

    private StoreUnusableException tampered() {
        if (!isTampered) {
            isTampered = true;
            try {
                lock.recordTampered(); // To SQLite, the files that are there now may look valid.
            } catch (IOException e) {
                return StoreFailures.notInPlace(database, e);
            }
        }
        return StoreFailures.notInPlace(database, null);
    }

    @Override
    public void close() throws IOException {
        logEnd.close();
    }
}
