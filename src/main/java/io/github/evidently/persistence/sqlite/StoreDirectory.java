package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.FileSystemUtils;

/**
 * Locks the directory of the store, and checks that the database in it is still the one that was opened.
 *
 * <p>SQLite creates a new database where it finds none or an empty file. It accepts a missing or shorter log as
 * complete, and any log as that of the database beside it. These would be silent losses. So the lock file records that
 * there was a database, whether something was cut or replaced while a server ran, the position of the last acknowledged
 * change (ADR 34), and which database the log belongs to.
 *
 * <p>The lock is held on the database as well, since a lock file can be deleted: on a byte far behind those that SQLite
 * locks. POSIX gives up all locks of a process on a file with the first descriptor that it closes, so nothing else here
 * opens the database. SQLite gives them up with the last of its own, so the lock is taken again once SQLite has one
 * that it keeps.
 */
final class StoreDirectory implements AutoCloseable {

    private static final String DATABASE_NAME = "evidently.db";
    private static final String LOCK_NAME = "evidently.lock";
    private static final String TEMPORARY_NAME = "evidently-tmp";
    private static final String LOG_SUFFIX = "-wal"; // SQLite's name for it.

    // The lock file: one of these texts, padded with zeros, the position as a big-endian number of 8 bytes, and the
    // identity of the database with the one that it is about to get, of 4 bytes each.
    private static final String PRESENT = DATABASE_NAME + " present\n";
    private static final String TAMPERED = DATABASE_NAME + " cut or replaced\n";
    private static final int MARK_LENGTH = 32;
    private static final int LOCK_LENGTH = MARK_LENGTH + Long.BYTES + 2 * Integer.BYTES;

    /** The offset of the byte of the database that is locked. */
    private static final long DATABASE_LOCK_OFFSET = 1L << 62;

    /** The size in bytes to which SQLite cuts a restarting log that grew while a long query kept it from restarting. */
    static final int LOG_SIZE_KEPT_MAX = 64 * 1024 * 1024;

    private static final Logger logger = LoggerFactory.getLogger(StoreDirectory.class);

    private final Path directory;
    private final Path database;
    private final Path log;
    private final boolean acceptLoss;

    // Not channels: an interrupt would close them, and give up the locks.
    private final RandomAccessFile lockedDatabase;
    private RandomAccessFile lock;

    private FileLock databaseLock;
    private @Nullable Object lockKey;
    private @Nullable FileTime lockCheckedTime;
    private int identity;
    private int nextIdentity;
    private @Nullable Object databaseKey;
    private volatile boolean isTampered;

    /** The position that the database must have reached at the next start; used only by the committer's thread. */
    private long position;

    // The least that the database must have, and the log; for the committer's thread alone.
    private long databaseSize;
    private @Nullable LogEnd logEnd;

    /**
     * @param acceptLoss whether to start although acknowledged changes are missing
     * @throws StoreUnusableException when the directory cannot be written, is in use, or has lost its database
     */
    StoreDirectory(Path directory, boolean acceptLoss) {
        this.directory = directory;
        this.database = directory.resolve(DATABASE_NAME);
        this.log = directory.resolve(DATABASE_NAME + LOG_SUFFIX);
        this.acceptLoss = acceptLoss;
        this.lock = openLock(directory.resolve(LOCK_NAME));
        @Nullable RandomAccessFile opened = null;
        try {
            this.lockKey = attributes(directory.resolve(LOCK_NAME)).fileKey();
            requireWhatThereWas();
            opened = new RandomAccessFile(database.toFile(), "rw");
            this.lockedDatabase = opened;
            this.databaseLock = lock(opened, database, DATABASE_LOCK_OFFSET, 1);
            requireOwnLog();
            FileSystemUtils.deleteRecursively(temporary()); // Left by a server that was killed.
            Files.createDirectory(temporary());
        } catch (IOException e) {
            closeAll(opened, lock);
            throw notWritable(e);
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

    /** Records which file the database is and, also for later starts, that it exists from now on. */
    void markPresent() {
        try {
            BasicFileAttributes attributes = attributes(database);
            databaseKey = attributes.fileKey();
            databaseSize = attributes.size();
            logEnd = new LogEnd(log, directory, LOG_SIZE_KEPT_MAX);
            databaseLock.release();
            databaseLock = lock(lockedDatabase, database, DATABASE_LOCK_OFFSET, 1);
            mark(PRESENT);
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /**
     * Requires that the opened database has everything that was acknowledged.
     *
     * @param reached the position that it has reached
     * @throws StoreUnusableException when the last acknowledged change was behind that
     */
    void requireReached(long reached) {
        if (reached < position) {
            acceptOrRefuse(
                    "The database " + database.toAbsolutePath()
                            + " lacks events or changes that were acknowledged: its write-ahead log was cut or deleted, or an"
                            + " older copy has taken its place.",
                    "Put the log back, or restore the database from a backup.");
        }
        remember(reached);
    }

    /**
     * Records the position of a change that is on disk, before the change is acknowledged.
     *
     * <p>Not synced: the kernel keeps it when the process is killed. After a power failure, or when it cannot be
     * written, an older one is there: the next start then checks less, but never refuses a valid database.
     */
    void remember(long reached) {
        position = reached;
        try {
            lock.seek(MARK_LENGTH);
            lock.write(ByteBuffer.allocate(Long.BYTES).putLong(reached).array());
        } catch (IOException e) {
            logger.debug("the position {} could not be remembered", reached, e); // The change itself is on disk.
        }
    }

    /** Writes the recorded position to disk. */
    void sync() throws IOException {
        lock.getFD().sync();
    }

    /** Records that the database is about to get another identity: until that is done, the log may belong to either. */
    void prepareIdentity(int next) throws IOException {
        identity = StoreIdentity.read(lockedDatabase);
        nextIdentity = next;
        mark(PRESENT);
    }

    /** Records that the database has its new identity and the log is empty. */
    void confirmIdentity() throws IOException {
        identity = nextIdentity;
        mark(PRESENT);
    }

    private void mark(String text) throws IOException {
        // One write of less than a sector: after a crash it is the old content or the new one.
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), LOCK_LENGTH);
        ByteBuffer.wrap(bytes)
                .position(MARK_LENGTH)
                .putLong(position)
                .putInt(identity)
                .putInt(nextIdentity);
        lock.seek(0);
        lock.write(bytes);
        sync();
        force(directory);
    }

    /** Returns the text of the lock file and reads the numbers from it; they are 0 in a new file. */
    private String readMark() throws IOException {
        byte[] bytes = new byte[LOCK_LENGTH];
        lock.seek(0);
        int length = Math.max(0, lock.read(bytes));
        ByteBuffer numbers = ByteBuffer.wrap(bytes).position(MARK_LENGTH);
        position = numbers.getLong();
        identity = numbers.getInt();
        nextIdentity = numbers.getInt();
        return new String(bytes, 0, Math.min(length, MARK_LENGTH), StandardCharsets.UTF_8).replace("\0", "");
    }

    /** Records that the log is about to be cut. */
    void expectLogCut() {
        if (logEnd != null) {
            logEnd.expectCut();
        }
    }

    /**
     * Requires that the log has all that was written to it.
     *
     * @throws StoreUnusableException when it was cut while the server runs
     */
    void requireLogUncut() {
        try {
            if (logEnd == null || logEnd.isUncut()) {
                return;
            }
        } catch (IOException e) {
            throw notInPlace(e);
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
            BasicFileAttributes attributes = attributes(database);
            if (Objects.equals(attributes.fileKey(), databaseKey)
                    && attributes.size() >= databaseSize
                    && (logEnd == null || logEnd.isInPlace())) {
                databaseSize = attributes.size();
                restoreLock();
                return;
            }
        } catch (IOException e) {
            throw notInPlace(e);
        }
        throw tampered();
    }

    /** Writes the lock file again if it was deleted: its content would be missing at the next start. */
    private void restoreLock() throws IOException {
        if (logEnd == null || Objects.equals(lockCheckedTime, logEnd.directoryTime())) {
            return;
        }
        Path name = directory.resolve(LOCK_NAME);
        if (!Files.exists(name) || !Objects.equals(attributes(name).fileKey(), lockKey)) {
            RandomAccessFile fresh;
            try {
                fresh = openLock(name);
            } catch (StoreUnusableException e) {
                logger.debug("{} is to be written anew later", name, e);
                return;
            }
            logger.warn("{} was deleted or replaced while the server runs; it has been written anew", name);
            lock.close();
            lock = fresh;
            lockKey = attributes(name).fileKey();
            mark(PRESENT);
        }
        lockCheckedTime = logEnd.directoryTime();
    }

    private StoreUnusableException tampered() {
        if (!isTampered) {
            isTampered = true;
            try {
                mark(TAMPERED); // To SQLite, the files that are there now may look valid.
            } catch (IOException e) {
                return notInPlace(e);
            }
        }
        return notInPlace(null);
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
        closeAll(logEnd, lockedDatabase, lock);
    }

    private static void closeAll(@Nullable Closeable... files) {
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

    /** Opens the lock file, creates it if it does not exist, and locks it. */
    private RandomAccessFile openLock(Path name) {
        RandomAccessFile file;
        try {
            Files.createDirectories(directory);
            file = new RandomAccessFile(name.toFile(), "rw");
        } catch (IOException e) {
            throw notWritable(e);
        }
        try {
            FileLock _ = lock(file, name, 0, Long.MAX_VALUE);
            return file;
        } catch (StoreUnusableException e) {
            closeAll(file);
            throw e;
        }
    }

    private static FileLock lock(RandomAccessFile file, Path name, long offset, long size) {
        try {
            FileLock held = file.getChannel().tryLock(offset, size, false);
            if (held != null) {
                return held;
            }
        } catch (IOException | OverlappingFileLockException e) {
            throw inUse(name, e);
        }
        throw inUse(name, new IOException("the lock is held by another process"));
    }

    private void requireWhatThereWas() throws IOException {
        boolean isThere = Files.exists(database) && Files.size(database) > 0;
        boolean wasThere = lock.length() > 0 || (Files.exists(log) && Files.size(log) > 0);
        if (wasThere && !isThere) {
            throw new StoreUnusableException(
                    "The database " + database.toAbsolutePath() + " is gone or empty, but there was one.",
                    "Restore it from a backup, or delete the files evidently.* in " + directory.toAbsolutePath()
                            + " to start without data.",
                    null);
        }
        if (isThere && !Files.isWritable(database)) {
            throw notWritable(new AccessDeniedException(database.toString()));
        }
        if (readMark().equals(TAMPERED)) {
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
        if (lock.length() == 0) {
            acceptOrRefuse(
                    "There is a write-ahead log, " + log.toAbsolutePath() + ", but no " + LOCK_NAME
                            + " that says to which database it belongs.",
                    "Put " + LOCK_NAME
                            + " back. Restore the database from a backup only without a log beside it: delete "
                            + log.getFileName() + " if that is what you did.");
            return;
        }
        int found = StoreIdentity.read(lockedDatabase);
        if (found != identity && found != nextIdentity) {
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

    private StoreUnusableException notWritable(IOException cause) {
        return new StoreUnusableException(
                "The store directory " + directory.toAbsolutePath() + " cannot be written: "
                        + StoreUnusableException.reason(cause) + ".",
                "Let the server's user write there, or set evidently.store.directory"
                        + " (EVIDENTLY_STORE_DIRECTORY) to a directory where it can.",
                cause);
    }

    private StoreUnusableException notInPlace(@Nullable IOException cause) {
        return new StoreUnusableException(
                "The database " + database.toAbsolutePath()
                        + " or its write-ahead log was deleted, replaced or cut while the server runs.",
                "Stop the server, restore the database from a backup, and start again.",
                cause);
    }

    private static StoreUnusableException inUse(Path file, Exception cause) {
        return new StoreUnusableException(
                "Another server uses this store: the lock " + file.toAbsolutePath() + " is taken.",
                "Stop the other server, or give this one a directory of its own by evidently.store.directory"
                        + " (EVIDENTLY_STORE_DIRECTORY).",
                cause);
    }
}
