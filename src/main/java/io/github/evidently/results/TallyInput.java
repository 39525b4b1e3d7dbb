package io.github.evidently.results;

import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link TallyOutput} wrote.
 *
 * <p>After a start the tallies of all experiments are read by code that is not compiled yet. Shifts of bytes are
 * several times faster then than the streams and buffers of the JDK. Not thread-safe.
 */
final class TallyInput {

    private final byte[] bytes;
    private int at;

    TallyInput(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns whether there is more. */
    boolean hasMore() {
        return at < bytes.length;
    }

    byte readByte() {
        return bytes[at++];
    }

    boolean readBoolean() {
        return bytes[at++] != 0;
    }

    int readInt() {
        byte[] from = bytes;
        int i = at;
        at = i + Integer.BYTES;
        return (from[i] << 24) | ((from[i + 1] & 0xff) << 16) | ((from[i + 2] & 0xff) << 8) | (from[i + 3] & 0xff);
    }

    long readLong() {
        return ((long) readInt() << 32) | (readInt() & 0xffff_ffffL);
    }

    double readDouble() {
        return Double.longBitsToDouble(readLong());
    }

    String readText() {
        int length = readInt();
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }
}
