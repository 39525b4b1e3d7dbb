package io.github.evidently.results;

import java.util.function.LongPredicate;

/**
 * A hash table of entities by their keys. Each entry has one byte for the first treatment, one with flags, and the head
 * of a list.
 *
 * <p>An entity is in a slot, which is valid until another entity is added. Not thread-safe.
 */
final class EntityTable {

    /** No slot. */
    static final int NONE = -1;

    private static final int CAPACITY_MIN = 64;
    private static final int FILTER_BITS = 4;
    private static final int ENTITY_BYTES = Long.BYTES + Integer.BYTES + 2;

    // By slot; the key is 0 where there is none.
    private long[] keys = new long[CAPACITY_MIN];
    private int[] heads = new int[CAPACITY_MIN];
    private byte[] treatments = new byte[CAPACITY_MIN];
    private byte[] flags = new byte[CAPACITY_MIN];
    private int size;

    /**
     * A filter with a bit for some of the keys' bits, set if such a key may exist: most events are of entities of other
     * experiments.
     */
    private long[] mayHave = new long[CAPACITY_MIN * FILTER_BITS / Long.SIZE];

    /** Receives the entities that are dropped. */
    interface Dropped {
        void accept(long key, int head);
    }

    /** Returns how many entities there are. */
    int size() {
        return size;
    }

    /** Returns how many slots there are; some are empty. */
    int slots() {
        return keys.length;
    }

    /** Returns the key in a slot; 0 in an empty one. */
    long key(int slot) {
        return keys[slot];
    }

    int head(int slot) {
        return heads[slot];
    }

    void setHead(int slot, int head) {
        heads[slot] = head;
    }

    byte treatment(int slot) {
        return treatments[slot];
    }

    boolean hasFlag(int slot, int flag) {
        return (flags[slot] & flag) != 0;
    }

    void setFlag(int slot, int flag) {
        flags[slot] |= (byte) flag;
    }

    byte flags(int slot) {
        return flags[slot];
    }

    /** Returns the slot of an entity; {@link #NONE} for one that is absent. */
    int find(long key) {
        int bit = filterBit(key);
        if ((mayHave[bit / Long.SIZE] >>> bit & 1) == 0) {
            return NONE;
        }
        int slot = place(key);
        return keys[slot] == 0 ? NONE : slot;
    }

    /** Adds an entity that is absent; returns its slot. */
    int add(long key, byte treatment, byte ownFlags, int head) {
        if (2 * (size + 1) > keys.length) {
            fill(keys.length * 2, _ -> true, (_, _) -> {});
        }
        size++;
        return put(key, treatment, ownFlags, head);
    }

    private int put(long key, byte treatment, byte ownFlags, int head) {
        int slot = place(key);
        keys[slot] = key;
        treatments[slot] = treatment;
        flags[slot] = ownFlags;
        heads[slot] = head;
        int bit = filterBit(key);
        mayHave[bit / Long.SIZE] |= 1L << bit;
        return slot;
    }

    private int filterBit(long key) {
        return (int) (key >>> 24) & (keys.length * FILTER_BITS - 1);
    }

    /** Returns the slot where the key is or would be: there is always a free slot. */
    private int place(long key) {
        int slot = (int) key & (keys.length - 1);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    /** Drops the entities whose keys do not match the predicate. */
    void retain(LongPredicate isKept, Dropped dropped) {
        fill(keys.length, isKept, dropped);
    }

    /** Builds the tables again, without the entities to drop. */
    private void fill(int capacity, LongPredicate isKept, Dropped dropped) {
        long[] oldKeys = keys;
        int[] oldHeads = heads;
        byte[] oldTreatments = treatments;
        byte[] oldFlags = flags;
        keys = new long[capacity];
        heads = new int[capacity];
        treatments = new byte[capacity];
        flags = new byte[capacity];
        mayHave = new long[capacity * FILTER_BITS / Long.SIZE];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] == 0) {
                continue;
            }
            if (isKept.test(oldKeys[i])) {
                put(oldKeys[i], oldTreatments[i], oldFlags[i], oldHeads[i]);
            } else {
                size--;
                dropped.accept(oldKeys[i], oldHeads[i]);
            }
        }
    }

    /** Returns how much memory this takes. */
    long bytes() {
        return (long) keys.length * ENTITY_BYTES + (long) mayHave.length * Long.BYTES;
    }
}
