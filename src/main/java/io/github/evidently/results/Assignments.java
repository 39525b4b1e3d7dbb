package io.github.evidently.results;

/**
 * Which treatment each entity was last given, and when: what decides whose a sample is.
 *
 * <p>Evaluations of an entity that give it the same treatment, no more than an hour apart, are one stretch of time. Only
 * the latest stretch is known. Entities are told apart by 64 bits of a hash: each takes 25 bytes, and as much again of room.
 * Not thread-safe.
 */
final class Assignments {

    /** No treatment: the entity had none at that time. */
    static final int NONE = -1;

    /** For how long samples belong to the treatment after an evaluation (AWS's user guide). */
    static final long LASTING_MILLIS = 3_600_000;

    /** By how much the clock of whoever sends a sample may be behind that of the evaluation. */
    static final long SKEW_MAX_MILLIS = 60_000;

    /** How many entities are known at most. */
    static final int ENTITIES_MAX = 250_000;

    private static final int CAPACITY_MIN = 1_024;
    private static final int ENTRY_BYTES = 3 * Long.BYTES + Byte.BYTES;
    private static final int REFUSALS_BETWEEN = 10_000;

    private long[] keys = new long[CAPACITY_MIN]; // 0 where there is none
    private long[] firsts = new long[CAPACITY_MIN];
    private long[] lasts = new long[CAPACITY_MIN];
    private byte[] treatments = new byte[CAPACITY_MIN];
    private int size;
    private int refused;

    /**
     * Takes note of an evaluation.
     *
     * @param entity its key
     * @param time in milliseconds since 1970
     * @param treatment from 0 to 127, or {@link #NONE} when something else than the experiment decided
     * @return false when too many entities are known to take one more
     */
    boolean add(long entity, long time, int treatment) {
        int slot = slot(entity);
        if (keys[slot] == 0) {
            return treatment == NONE || addNew(entity, time, treatment);
        }
        boolean goesOn = treatments[slot] == treatment
                && time >= firsts[slot] - LASTING_MILLIS
                && time <= lasts[slot] + LASTING_MILLIS;
        if (goesOn) {
            firsts[slot] = Math.min(firsts[slot], time);
            lasts[slot] = Math.max(lasts[slot], time);
        } else if (time >= lasts[slot] || time < firsts[slot] - LASTING_MILLIS) {
            // So long before what is known, one of the clocks is wrong: whoever comes last is believed.
            put(slot, entity, time, time, (byte) treatment);
        }
        return true;
    }

    private boolean addNew(long entity, long time, int treatment) {
        // Not with each evaluation that is refused, for it looks at all.
        if (size >= ENTITIES_MAX && refused++ % REFUSALS_BETWEEN == 0) {
            rebuild(keys.length, time - 2 * LASTING_MILLIS);
        }
        if (size >= ENTITIES_MAX) {
            return false;
        }
        refused = 0;
        put(slot(entity), entity, time, time, (byte) treatment);
        size++;
        if (size > keys.length / 2) {
            rebuild(keys.length * 2, Long.MIN_VALUE);
        }
        return true;
    }

    /** The treatment that an entity had at a time, or {@link #NONE}. */
    int find(long entity, long time) {
        int slot = slot(entity);
        boolean isWithin =
                keys[slot] != 0 && time >= firsts[slot] - SKEW_MAX_MILLIS && time <= lasts[slot] + LASTING_MILLIS;
        return isWithin ? treatments[slot] : NONE;
    }

    /** @param oldest what is older is forgotten: samples that come in time do not ask for it any more */
    private void rebuild(int capacity, long oldest) {
        long[] oldKeys = keys;
        long[] oldFirsts = firsts;
        long[] oldLasts = lasts;
        byte[] oldTreatments = treatments;
        keys = new long[capacity];
        firsts = new long[capacity];
        lasts = new long[capacity];
        treatments = new byte[capacity];
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0 && oldLasts[i] >= oldest) {
                put(slot(oldKeys[i]), oldKeys[i], oldFirsts[i], oldLasts[i], oldTreatments[i]);
                size++;
            }
        }
    }

    private void put(int slot, long key, long first, long last, byte treatment) {
        keys[slot] = key;
        firsts[slot] = first;
        lasts[slot] = last;
        treatments[slot] = treatment;
    }

    /** Where the key is or would be: there is always a free slot. */
    private int slot(long key) {
        int slot = (int) key & (keys.length - 1);
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    /** How much memory this takes. */
    long bytes() {
        return (long) keys.length * ENTRY_BYTES;
    }

    /** The key of an entity: FNV-1a with the last step of MurmurHash3, so that all its bits depend on all of the text. */
    static long key(String entity) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < entity.length(); i++) {
            hash = (hash ^ entity.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return hash == 0 ? 1 : hash;
    }
}
