package io.github.evidently.evaluation;

import io.github.evidently.lifecycle.SplitWeight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the place of an entity among the 100,000 places of a division. The same input always gives the same place;
 * {@code docs/assignment.md} specifies every bit.
 *
 * <p>Divisions of different purposes or salts are independent of each other.
 */
final class Assignment {

    /** What is divided. Each purpose has its own number in the hash. */
    enum Purpose {
        /** The groups of a launch's step. */
        LAUNCH(0),
        /** The members of a segment among the groups of a launch's step. */
        SEGMENT_OVERRIDE(1),
        /** The entities that take part in an experiment. */
        SAMPLING(2),
        /** The treatments of an experiment. */
        TREATMENT(3);

        private final byte code;

        Purpose(int code) {
            this.code = (byte) code;
        }
    }

    /** A prototype that is only cloned: a clone costs a fraction of a lookup. */
    private static final MessageDigest SHA_256 = sha256();

    private Assignment() {}

    /**
     * Returns the place of an entity.
     *
     * @param salt of the launch or the experiment
     * @param division the segment's name of an override; else empty
     * @return from 0 to 99,999
     */
    static int place(Purpose purpose, String salt, String division, String entityId) {
        byte[] saltBytes = salt.getBytes(StandardCharsets.UTF_8);
        byte[] divisionBytes = division.getBytes(StandardCharsets.UTF_8);
        byte[] entityBytes = entityId.getBytes(StandardCharsets.UTF_8);
        // The lengths separate the end of one text from the beginning of the next.
        byte[] input = ByteBuffer.allocate(
                        1 + 3 * Short.BYTES + saltBytes.length + divisionBytes.length + entityBytes.length)
                .put(purpose.code)
                .putShort((short) saltBytes.length)
                .put(saltBytes)
                .putShort((short) divisionBytes.length)
                .put(divisionBytes)
                .putShort((short) entityBytes.length)
                .put(entityBytes)
                .array();
        long first = ByteBuffer.wrap(newSha256().digest(input)).getLong();
        return (int) Long.remainderUnsigned(first, SplitWeight.ALL);
    }

    private static MessageDigest newSha256() {
        try {
            return (MessageDigest) SHA_256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("that of Java can be cloned", e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
