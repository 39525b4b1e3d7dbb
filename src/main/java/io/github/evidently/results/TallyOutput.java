package io.github.evidently.results;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of bytes, to which a tally is written; numbers are big-endian. Not thread-safe. */
final class TallyOutput {

    private static final int CAPACITY_MIN = 256;

    private byte[] bytes = new byte[CAPACITY_MIN];
    private int size;

    private int reserve(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + count));
        }
        int start = size;
        size += count;
        return start;
    }

    void writeByte(int value) {
        int at = reserve(1);
        bytes[at] = (byte) value;
    }

    void writeBoolean(boolean value) {
        writeByte(value ? 1 : 0);
    }

    void writeInt(int value) {
        int at = reserve(Integer.BYTES);
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    void writeLong(long value) {
        writeInt((int) (value >>> 32));
        writeInt((int) value);
    }

    void writeDouble(double value) {
        writeLong(Double.doubleToLongBits(value));
    }

    void writeText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        writeInt(encoded.length);
        int at = reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, at, encoded.length);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }
}
