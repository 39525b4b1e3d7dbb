package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Opens the directory of the store and checks that nothing is missing there that was acknowledged.
 *
 * <p>SQLite creates a new database where it finds none or an empty file. It accepts a missing or shorter log as
 * complete, and any log as that of the database beside it. These would be silent losses, so the {@link LockFile} records
 * what there was.
 *
 * <p>The database is locked as well, because a lock file can be deleted: on a byte far behind those that SQLite locks.
 * POSIX gives up all locks of a process on a file with the first descriptor that it closes, so nothing else here opens
 * the database. SQLite gives them up with the last of its own, so the lock is taken again once SQLite has one that it
 * keeps.
 */
final class StoreDirectory implements AutoCloseable {

    static final String DATABASE_NAME = "evidently.db";
    private static final String TEMPORARY_NAME = "evidently-tmp";
    private static final String LOG_SUFFIX = "-wal"; // SQLite's name for it.

    /** The offset of the byte of the database that is locked. */
    private static final long DATABASE_LOCK_OFFSET = 1L << 62;

    /** The size in bytes to which SQLite cuts a restarting log that grew while a long query kept it from restarting. */
    static final int LOG_SIZE_KEPT_MAX = 64 * 1024 * 1024;

    private static final Logger logger = LoggerFactory.getLogger(StoreDirectory.class);

    private final Path directory;
    private final Path database;
    private final Path log;
    private final boolean acceptLoss;
    private final LockFile lock;
    private final RandomAccessFile lockedDatabase; // Not a channel: an interrupt would close it, and give up the lock.
    private FileLock databaseLock;
    private @Nullable OpenFiles openFiles;

    /**
     * @param acceptLoss whether to start although acknowledged changes are missing
     * @throws StoreUnusableException when the directory cannot be written, is in use, or has lost its database
     */
    StoreDirectory(Path directory, boolean acceptLoss) {
        this.directory = directory;
        this.database = directory.resolve(DATABASE_NAME);
        this.log = directory.resolve(DATABASE_NAME + LOG_SUFFIX);
        this.acceptLoss = acceptLoss;
        this.lock = new LockFile(directory);
        @Nullable RandomAccessFile opened = null;
        try {
            requireWhatThereWas();
            opened = new RandomAccessFile(database.toFile(), "rw");
            this.lockedDatabase = opened;
            this.databaseLock = LockFile.lock(opened, database, DATABASE_LOCK_OFFSET, 1);
            requireOwnLog();
            FileSystemUtils.deleteRecursively(temporary()); // Left by a server that was killed.
            Files.createDirectory(temporary());
        } catch (IOException e) {
            closeAll(opened, lock);
            throw StoreFailures.notWritable(directory, e);
        } catch (StoreUnusableException e) {
            closeAll(opened, lock);
            throw e;
        }
    }

    /** Returns the database file. */
    Path database() {
        return database;
    }

    /** Returns the directory for files that live as long as the server. */
    Path temporary() {
        return directory.resolve(TEMPORARY_NAME);
    }

    /** Returns the write-ahead log, which does not exist after a clean stop. */
    Path log() {
        return log;
    }

    /**
     * Records, also for later starts, that there is a database from now on.
     *
     * @return what checks that it and its log stay in place
     */
    OpenFiles markPresent() {
        try {
            OpenFiles opened = new OpenFiles(directory, database, log, lock);
            openFiles = opened;
            databaseLock.release();
            databaseLock = LockFile.lock(lockedDatabase, database, DATABASE_LOCK_OFFSET, 1);
            lock.recordPresent();
            return opened;
        } catch (IOException e) {
            throw StoreFailures.notWritable(directory, e);
        }
    }

    /**
     * Requires that the opened database has everything that was acknowledged.
     *
     * @param reached the position that it has reached
     * @throws StoreUnusableException when the last acknowledged change was behind that
     */
    void requireReached(long reached) {
        if (reached < lock.position()) {
            acceptOrRefuse(
                    "The database " + database.toAbsolutePath()
                            + " lacks events or changes that were acknowledged: its write-ahead log was cut or deleted, or an"
                            + " older copy has taken its place.",
                    "Put the log back, or restore the database from a backup.");
        }
        lock.remember(reached);
    }

    /** Writes the recorded position to disk. */
    void sync() throws IOException {
        lock.sync();
    }

    /** Records that the database is about to get another identity: until that is done, the log may belong to either. */
    void prepareIdentity(int next) throws IOException {
        lock.prepareIdentity(StoreIdentity.read(lockedDatabase), next);
    }

    /** Records that the database has its new identity and the log is empty. */
    void confirmIdentity() throws IOException {
        lock.confirmIdentity();
    }

    /** Returns the size in bytes of the database and its log; NaN while it is unknown. */
    double size() {
        try {
            return Files.size(database) + log.toFile().length();
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Syncs a file, or the names of the files in a directory, which are part of the directory. */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        FileSystemUtils.deleteRecursively(temporary().toFile());
        closeAll(openFiles, lockedDatabase, lock);
    }

    static void closeAll(@Nullable Closeable... files) {
        for (Closeable file : files) {
            try {
                if (file != null) {
                    file.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException("a file of the store cannot be closed", e);
            }
        }
    }

    static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class);
    }

    private void requireWhatThereWas() throws IOException {
        boolean isThere = Files.exists(database) && Files.size(database) > 0;
        boolean wasThere = !lock.isEmpty() || (Files.exists(log) && Files.size(log) > 0);
        if (wasThere && !isThere) {
            throw new StoreUnusableException(
                    "The database " + database.toAbsolutePath() + " is gone or empty, but there was one.",
                    "Restore it from a backup, or delete the files evidently.* in " + directory.toAbsolutePath()
                            + " to start without data.",
                    null);
        }
        if (isThere && !Files.isWritable(database)) {
            throw StoreFailures.notWritable(directory, new AccessDeniedException(database.toString()));
        }
        if (lock.readTampered()) {
            acceptOrRefuse(
                    "The database " + database.toAbsolutePath()
                            + " or its write-ahead log was cut or replaced while"
                            + " the server ran: events that were acknowledged are missing.",
                    "Restore the database from a backup.");
        }
    }

    /** Requires that the log belongs to the database: SQLite would copy the pages of any log into it. */
    private void requireOwnLog() throws IOException {
        if (!Files.exists(log) || Files.size(log) <= LogCheck.HEADER_SIZE) {
            return;
        }
        if (lock.isEmpty()) {
            acceptOrRefuse(
                    "There is a write-ahead log, " + log.toAbsolutePath() + ", but no " + LockFile.NAME
                            + " that says to which database it belongs.",
                    "Put " + LockFile.NAME
                            + " back. Restore the database from a backup only without a log beside it: delete "
                            + log.getFileName() + " if that is what you did.");
            return;
        }
        int found = StoreIdentity.read(lockedDatabase);
        if (!lock.logBelongsTo(found)) {
            throw new StoreUnusableException(
                    "The write-ahead log " + log.toAbsolutePath() + " belongs to another database than the "
                            + DATABASE_NAME + " beside it, which may be a copy.",
                    "Put back the database that belongs to the log. Restore the database from a backup only without a log beside"
                            + " it: to start with the one that is there, delete the files evidently.* except "
                            + DATABASE_NAME
                            + ".",
                    null);
        }
    }

    /** Refuses to start with missing data, unless the loss is to be accepted. */
    private void acceptOrRefuse(String problem, String remedy) {
        if (!acceptLoss) {
            throw new StoreUnusableException(
                    problem,
                    remedy + " To start with what there is, set evidently.store.accept-loss=true"
                            + " (EVIDENTLY_STORE_ACCEPT_LOSS) for one start.",
                    null);
        }
        logger.warn("{} The server starts with what there is.", problem);
    }
}
