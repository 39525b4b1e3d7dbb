package io.github.evidently.persistence.sqlite;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds how far the write-ahead log goes, and whether it is still the file of its name, without reading its attributes.
 *
 * <p>On Linux, reading the attributes of a file makes the next write to it change its times, and syncing it then takes
 * a second access to the disk (ADR 30). So this class finds the end by reading, and checks the name only after a name
 * in the directory has changed. For one thread.
 */
final class LogEnd implements Closeable {

    private static final int FRAME_SIZE = LogCheck.FRAME_HEADER_SIZE + SqliteConnections.PAGE_SIZE;

    private final Path log;
    private final Path directory;
    private final long sizeMax;
    private final RandomAccessFile file; // Not a channel: an interrupt would close it.
    private final @Nullable Object key;
    private @Nullable FileTime directoryTime;
    private long frames;

    /**
     * Opens the log, which must exist.
     *
     * @param sizeMax the size in bytes to which it may be cut at any time
     */
    LogEnd(Path log, Path directory, long sizeMax) throws IOException {
        this.log = log;
        this.directory = directory;
        this.sizeMax = sizeMax;
        this.file = new RandomAccessFile(log.toFile(), "r");
        this.key = StoreDirectory.attributes(log).fileKey();
    }

    /** Tells whether the log has at least as many frames as ever, or as many as may be left of it. */
    boolean isUncut() throws IOException {
        return frames == 0 || has(frames);
    }

    /** Tells whether it is also the file of its name. */
    boolean isInPlace() throws IOException {
        FileTime time = StoreDirectory.attributes(directory).lastModifiedTime();
        if (!time.equals(directoryTime)) {
            if (!hasItsName()) {
                return false;
            }
            directoryTime = time;
        }
        if (!isUncut()) {
            return false;
        }
        while (size(frames + 1) <= sizeMax && has(frames + 1)) {
            frames++;
        }
        return true;
    }

    /** Returns when a name in the directory last changed, as of the last look. */
    @Nullable
    FileTime directoryTime() {
        return directoryTime;
    }

    /** Records that the log is about to be cut. */
    void expectCut() {
        frames = 0;
    }

    private boolean hasItsName() throws IOException {
        try {
            return Objects.equals(StoreDirectory.attributes(log).fileKey(), key);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private boolean has(long frame) throws IOException {
        file.seek(size(frame) - 1);
        return file.read() >= 0;
    }

    /** Returns the size in bytes of a log of so many frames. */
    private static long size(long frames) {
        return LogCheck.HEADER_SIZE + frames * FRAME_SIZE;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
