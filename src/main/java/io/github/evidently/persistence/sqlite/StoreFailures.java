package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Creates the exceptions for a store that cannot be used; each says what is wrong and what to do. */
final class StoreFailures {

    private StoreFailures() {}

    static StoreUnusableException notWritable(Path directory, Exception cause) {
        return new StoreUnusableException(
                "The store directory " + directory.toAbsolutePath() + " cannot be written: "
                        + StoreUnusableException.reason(cause) + ".",
                "Let the server's user write there, or set evidently.store.directory"
                        + " (EVIDENTLY_STORE_DIRECTORY) to a directory where it can.",
                cause);
    }

    static StoreUnusableException inUse(Path file, Exception cause) {
        return new StoreUnusableException(
                "Another server uses this store: the lock " + file.toAbsolutePath() + " is taken.",
                "Stop the other server, or give this one a directory of its own by evidently.store.directory"
                        + " (EVIDENTLY_STORE_DIRECTORY).",
                cause);
    }

    static StoreUnusableException notInPlace(Path database, @Nullable Exception cause) {
        return new StoreUnusableException(
                "The database " + database.toAbsolutePath()
                        + " or its write-ahead log was deleted, replaced or cut while the server runs.",
                "Stop the server, restore the database from a backup, and start again.",
                cause);
    }

    static StoreUnusableException damaged(Path database, Exception cause) {
        return new StoreUnusableException(
                "The file " + database.toAbsolutePath() + " is damaged or is no SQLite database.",
                "Restore it from a backup, or delete the files evidently.* beside it to start without data.",
                cause);
    }

    /** Returns the exception for a database that cannot be opened, for whatever reason. */
    static StoreUnusableException cannotOpen(Path database, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException e
                    && (e.getResultCode() == SQLiteErrorCode.SQLITE_NOTADB
                            || e.getResultCode() == SQLiteErrorCode.SQLITE_CORRUPT)) {
                return damaged(database, failure);
            }
        }
        return new StoreUnusableException(
                "The database " + database.toAbsolutePath() + " cannot be opened: "
                        + StoreUnusableException.reason(failure) + ".",
                "See that the server's user can write the file and its directory, and that the disk has room.",
                failure);
    }
}
