package io.github.evidently.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a call and its retries, to deduplicate them: a hash of the body and of the invocation id, which every AWS
 * SDK sends with a call and repeats on its retries.
 */
final class CallKey {

    /** The header with the invocation id (AWS SDKs: botocore, Java v2, JavaScript v3). */
    static final String HEADER = "amz-sdk-invocation-id";

    private CallKey() {}

    /**
     * Returns 128 bits of a hash over both.
     *
     * @param invocationId null when the client sent none: then nothing tells a retry from a new call
     */
    static @Nullable UUID of(@Nullable String invocationId, byte[] body) {
        if (invocationId == null || invocationId.isEmpty()) {
            return null;
        }
        byte[] id = invocationId.getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = sha256();
        // The length separates the end of the id from the beginning of the body.
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(id.length).flip());
        digest.update(id);
        digest.update(body);
        ByteBuffer hash = ByteBuffer.wrap(digest.digest());
        return new UUID(hash.getLong(), hash.getLong());
    }

    /** Returns the key of the same call with entries that were refused by an injected fault. */
    static UUID withRefusals(UUID key) {
        return new UUID(~key.getMostSignificantBits(), key.getLeastSignificantBits());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
