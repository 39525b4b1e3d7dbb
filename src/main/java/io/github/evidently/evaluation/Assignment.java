package io.github.evidently.evaluation;

import io.github.evidently.lifecycle.SplitWeight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Where an entity falls among the 100,000 places of a division, always the same: {@code docs/assignment.md} has every bit
 * of it.
 *
 * <p>Divisions of different purposes or salts are independent of each other.
 */
final class Assignment {

    /** What is divided: each purpose has a number of its own in the hash. */
    enum Purpose {
        /** The groups of a launch's step. */
        LAUNCH(0),
        /** The members of a segment among the groups of a launch's step. */
        SEGMENT_OVERRIDE(1),
        /** Who takes part in an experiment. */
        SAMPLING(2),
        /** The treatments of an experiment. */
        TREATMENT(3);

        private final byte code;

        Purpose(int code) {
            this.code = (byte) code;
        }
    }

    private Assignment() {}

    /**
     * The place of an entity.
     *
     * @param salt of the launch or the experiment
     * @param division the segment's name of an override; else empty
     * @return from 0 to 99,999
     */
    static int place(Purpose purpose, String salt, String division, String entityId) {
        MessageDigest digest = sha256();
        digest.update(purpose.code);
        update(digest, salt);
        update(digest, division);
        update(digest, entityId);
        long first = ByteBuffer.wrap(digest.digest()).getLong();
        return (int) Long.remainderUnsigned(first, SplitWeight.ALL);
    }

    /** The length keeps apart what one text ends with and the next begins with. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(
                ByteBuffer.allocate(Short.BYTES).putShort((short) bytes.length).flip());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
