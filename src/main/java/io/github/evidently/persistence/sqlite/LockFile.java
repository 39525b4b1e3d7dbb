package io.github.evidently.persistence.sqlite;

import io.github.evidently.persistence.StoreUnusableException;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Locks the directory of the store while the server runs, and records for the next start what it must find there.
 *
 * <p>The file has a text that says that there is a database, or that something was cut or replaced; the position of the
 * last acknowledged change (ADR 34); and the identity of the database to which the log belongs.
 */
final class LockFile implements Closeable {

    static final String NAME = "evidently.lock";

    // The content: one of these texts, padded with zeros, the position as a big-endian number of 8 bytes, and the
    // identity of the database with the one that it is about to get, of 4 bytes each.
    private static final String PRESENT = StoreDirectory.DATABASE_NAME + " present\n";
    private static final String TAMPERED = StoreDirectory.DATABASE_NAME + " cut or replaced\n";
    private static final int MARK_LENGTH = 32;
    private static final int LENGTH = MARK_LENGTH + Long.BYTES + 2 * Integer.BYTES;

    private static final Logger log = LoggerFactory.getLogger(LockFile.class);

    private final Path directory;
    private final Path name;
    private RandomAccessFile file; // Not a channel: an interrupt would close it, and give up the lock.
    private @Nullable Object key;
    private @Nullable FileTime checkedTime;
    private int identity;
    private int nextIdentity;

    /** The position that the database must have reached at the next start; used only by the committer's thread. */
    private long position;

    /**
     * Creates the directory and the file if they do not exist, and locks the file.
     *
     * @throws StoreUnusableException when the directory cannot be written or is in use
     */
    LockFile(Path directory) {
        this.directory = directory;
        this.name = directory.resolve(NAME);
        this.file = open();
        try {
            this.key = StoreDirectory.attributes(name).fileKey();
        } catch (IOException e) {
            StoreDirectory.closeAll(file);
            throw StoreFailures.notWritable(directory, e);
        }
    }

    /** Tells whether no server has ever recorded something. */
    boolean isEmpty() throws IOException {
        return file.length() == 0;
    }

    /** Reads the content, and tells whether it says that something was cut or replaced while a server ran. */
    boolean readTampered() throws IOException {
        byte[] bytes = new byte[LENGTH];
        file.seek(0);
        int length = Math.max(0, file.read(bytes));
        ByteBuffer numbers = ByteBuffer.wrap(bytes).position(MARK_LENGTH); // Zeros in a new file.
        position = numbers.getLong();
        identity = numbers.getInt();
        nextIdentity = numbers.getInt();
        return new String(bytes, 0, Math.min(length, MARK_LENGTH), StandardCharsets.UTF_8)
                .replace("\0", "")
                .equals(TAMPERED);
    }

    /** Returns the position of the last acknowledged change. */
    long position() {
        return position;
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
            file.seek(MARK_LENGTH);
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(reached).array());
        } catch (IOException e) {
            log.debug("the position {} could not be remembered", reached, e); // The change itself is on disk.
        }
    }

    /** Tells whether the log may belong to the database of that identity. */
    boolean logBelongsTo(int found) {
        return found == identity || found == nextIdentity;
    }

    /** Records that the database is about to get another identity: until that is done, the log may belong to either. */
    void prepareIdentity(int current, int next) throws IOException {
        identity = current;
        nextIdentity = next;
        recordPresent();
    }

    /** Records that the database has its new identity and the log is empty. */
    void confirmIdentity() throws IOException {
        identity = nextIdentity;
        recordPresent();
    }

    /** Records that there is a database from now on. */
    void recordPresent() throws IOException {
        write(PRESENT);
    }

    /** Records that the database or its log was cut or replaced. */
    void recordTampered() throws IOException {
        write(TAMPERED);
    }

    private void write(String text) throws IOException {
        // One write of less than a sector: after a crash it is the old content or the new one.
        byte[] bytes = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), LENGTH);
        ByteBuffer.wrap(bytes)
                .position(MARK_LENGTH)
                .putLong(position)
                .putInt(identity)
                .putInt(nextIdentity);
        file.seek(0);
        file.write(bytes);
        sync();
        StoreDirectory.force(directory);
    }

    /** Writes the recorded position to disk. */
    void sync() throws IOException {
        file.getFD().sync();
    }

    /**
     * Writes the file again if it was deleted: its content would be missing at the next start.
     *
     * @param directoryTime when a name in the directory last changed; the file is looked for once for each such time
     */
    void restore(@Nullable FileTime directoryTime) throws IOException {
        if (Objects.equals(checkedTime, directoryTime)) {
            return;
        }
        if (!Files.exists(name)
                || !Objects.equals(StoreDirectory.attributes(name).fileKey(), key)) {
            RandomAccessFile fresh;
            try {
                fresh = open();
            } catch (StoreUnusableException e) {
                log.debug("{} is to be written anew later", name, e);
                return;
            }
            log.warn("{} was deleted or replaced while the server runs; it has been written anew", name);
            file.close();
            file = fresh;
            key = StoreDirectory.attributes(name).fileKey();
            recordPresent();
        }
        checkedTime = directoryTime;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private RandomAccessFile open() {
        RandomAccessFile opened;
        try {
            Files.createDirectories(directory);
            opened = new RandomAccessFile(name.toFile(), "rw");
        } catch (IOException e) {
            throw StoreFailures.notWritable(directory, e);
        }
        try {
            FileLock _ = lock(opened, name, 0, Long.MAX_VALUE);
            return opened;
        } catch (StoreUnusableException e) {
            StoreDirectory.closeAll(opened);
            throw e;
        }
    }

    /**
     * Locks a part of a file.
     *
     * @throws StoreUnusableException when another server has locked it
     */
    static FileLock lock(RandomAccessFile file, Path name, long offset, long size) {
        try {
            FileLock held = file.getChannel().tryLock(offset, size, false);
            if (held != null) {
                return held;
            }
        } catch (IOException | OverlappingFileLockException e) {
            throw StoreFailures.inUse(name, e);
        }
        throw StoreFailures.inUse(name, new IOException("the lock is held by another process"));
    }
}
