package io.github.evidently.persistence.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Checks a write-ahead log that a crash has left for damage, before SQLite reads it.
 *
 * <p>SQLite accepts a log up to the first frame whose checksum is wrong and silently drops the rest. That is right for
 * the end of a log, where the last transaction may have been cut short before it was acknowledged. It is wrong for the
 * middle: transactions are written one after the other, each only when the one before is on disk, so two of them behind
 * the damage mean that at least one was acknowledged.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#walformat">the format of the log</a>
 */
final class LogCheck {

    /** The size in bytes of the part before the first frame. */
    static final int HEADER_SIZE = 32;

    /** The size in bytes of the part before the page of a frame. */
    static final int FRAME_HEADER_SIZE = 24;

    private static final int HEADER_CHECKED_SIZE = 24;
    private static final int FRAME_HEADER_CHECKED_SIZE = 8;
    private static final int MAGIC = 0x377f0682; // The last bit tells the byte order of the checksums.
    private static final int PAGE_SIZE_MIN = 512;
    private static final int PAGE_SIZE_MAX = 65_536;

    private int sum0;
    private int sum1;
    private ByteOrder order = ByteOrder.BIG_ENDIAN;

    private LogCheck() {}

    /** Tells whether acknowledged transactions in the log cannot be read. */
    static boolean isDamaged(Path log) throws IOException {
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.READ)) {
            return new LogCheck().isDamaged(channel);
        }
    }

    private boolean isDamaged(FileChannel channel) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_SIZE);
        if (!fill(channel, header)) {
            return false; // Shorter than a header: nothing was ever written behind it.
        }
        int magic = header.getInt(0);
        order = (magic & 1) == 1 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        int pageSize = header.getInt(8);
        long salts = header.getLong(16);
        addToSum(header, 0, HEADER_CHECKED_SIZE);
        if ((magic & ~1) != MAGIC
                || pageSize < PAGE_SIZE_MIN
                || pageSize > PAGE_SIZE_MAX
                || header.getInt(24) != sum0
                || header.getInt(28) != sum1) {
            return true;
        }
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_SIZE + pageSize);
        boolean intact = true;
        int unreadableTransactions = 0;
        while (unreadableTransactions < 2 && fill(channel, frame)) {
            boolean ofThisLog = frame.getLong(8) == salts;
            addToSum(frame, 0, FRAME_HEADER_CHECKED_SIZE);
            addToSum(frame, FRAME_HEADER_SIZE, pageSize);
            intact = intact && ofThisLog && frame.getInt(16) == sum0 && frame.getInt(20) == sum1;
            boolean endsTransaction = frame.getInt(4) != 0;
            if (!intact && ofThisLog && endsTransaction) {
                unreadableTransactions++;
            }
        }
        return unreadableTransactions == 2;
    }

    /** Adds to the checksum. That of a frame continues from that of the frame before. */
    private void addToSum(ByteBuffer bytes, int offset, int length) {
        ByteBuffer words = bytes.duplicate().order(order);
        for (int i = offset; i < offset + length; i += 8) {
            sum0 += words.getInt(i) + sum1;
            sum1 += words.getInt(i + 4) + sum0;
        }
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
