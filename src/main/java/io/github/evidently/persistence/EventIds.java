package io.github.evidently.persistence;

import java.util.UUID;

/**
 * Derives the ids of the events of a batch from the batch's id, a random UUID.
 *
 * <p>That costs one random number for up to 64 events, and what was answered to a call can be told again from its
 * batch's id alone.
 */
public final class EventIds {

    /** How many events a batch can have. */
    public static final int BATCH_MAX = 64;

    private static final long INDEX_MASK = BATCH_MAX - 1L;

    private EventIds() {}

    /** The id of a new batch: a random UUID (version 4) whose last six bits are 0. */
    public static UUID newBatchId() {
        UUID random = UUID.randomUUID();
        return new UUID(random.getMostSignificantBits(), random.getLeastSignificantBits() & ~INDEX_MASK);
    }

    /**
     * The id of an event.
     *
     * @param index its place in the batch, 0 to 63
     */
    public static UUID of(UUID batchId, int index) {
        return new UUID(batchId.getMostSignificantBits(), batchId.getLeastSignificantBits() | index);
    }
}
