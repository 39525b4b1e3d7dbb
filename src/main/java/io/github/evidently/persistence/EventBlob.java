package io.github.evidently.persistence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Encodes the events of a batch as one value of the database. The thread of the request does so, and the committer only
 * has to write it.
 *
 * <p>For each event in turn, numbers big-endian: its type (one byte: 1 {@code aws.evidently.evaluation}, 2
 * {@code aws.evidently.custom}), its timestamp (eight bytes: milliseconds since 1970), the length of its data in bytes
 * (four bytes) and its data (UTF-8, exactly as accepted). Then the CRC-32C of all that (four bytes), which detects a
 * disk that returns something else.
 */
public final class EventBlob {

    private static final int EVENT_OVERHEAD = Byte.BYTES + Long.BYTES + Integer.BYTES;

    private EventBlob() {}

    /** Returns the value for the events of a batch. */
    public static byte[] encode(List<ProjectEvent> events) {
        byte[][] data = new byte[events.size()][];
        int size = Integer.BYTES;
        for (int i = 0; i < data.length; i++) {
            data[i] = events.get(i).data().getBytes(StandardCharsets.UTF_8);
            size += EVENT_OVERHEAD + data[i].length;
        }
        ByteBuffer blob = ByteBuffer.allocate(size);
        for (int i = 0; i < data.length; i++) {
            ProjectEvent event = events.get(i);
            blob.put(toCode(event.type()))
                    .putLong(event.timestamp().toEpochMilli())
                    .putInt(data[i].length)
                    .put(data[i]);
        }
        return blob.putInt(checksum(blob.array(), blob.position())).array();
    }

    /**
     * Returns the events of a batch in their order.
     *
     * @throws IllegalStateException when these are not the bytes that were encoded
     */
    public static List<ProjectEvent> decode(byte[] bytes) {
        requireIntact(bytes);
        ByteBuffer blob = ByteBuffer.wrap(bytes);
        int end = bytes.length - Integer.BYTES;
        List<ProjectEvent> events = new ArrayList<>();
        while (blob.position() < end) {
            EventType type = toType(blob.get());
            Instant timestamp = Instant.ofEpochMilli(blob.getLong());
            int length = blob.getInt();
            events.add(new ProjectEvent(
                    type, timestamp, new String(bytes, blob.position(), length, StandardCharsets.UTF_8)));
            blob.position(blob.position() + length);
        }
        return events;
    }

    /**
     * Checks the checksum without decoding.
     *
     * @throws IllegalStateException when these are not the bytes that were encoded
     */
    public static void requireIntact(byte[] bytes) {
        int end = bytes.length - Integer.BYTES;
        if (end < 0 || ByteBuffer.wrap(bytes).getInt(end) != checksum(bytes, end)) {
            throw new IllegalStateException("the checksum is wrong");
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }

    private static byte toCode(EventType type) {
        return switch (type) {
            case EVALUATION -> 1;
            case CUSTOM -> 2;
        };
    }

    private static EventType toType(byte code) {
        return switch (code) {
            case 1 -> EventType.EVALUATION;
            case 2 -> EventType.CUSTOM;
            default -> throw new IllegalStateException("there is no event type " + code);
        };
    }
}
