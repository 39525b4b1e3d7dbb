package io.github.evidently.persistence.sqlite;

import java.nio.ByteBuffer;
import java.util.UUID;

/** Converts UUIDs to the form in the database: 16 bytes. */
final class UuidBytes {

    private UuidBytes() {}

    static byte[] of(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    static UUID parse(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
