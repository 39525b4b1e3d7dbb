package io.github.evidently.results;

import io.github.evidently.statistics.ClusterSums;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which treatment each entity had at which time: what decides whose a sample is.
 *
 * <p>Evaluations of an entity that give it the same treatment, no more than an hour apart, are one stretch of time. An entity has up
 * to {@value #STRETCHES_OF_ENTITY_MAX} stretches, of which the oldest makes room for a new one; all entities together have up to twice
 * {@value #ENTITIES_MAX}. Beyond {@value #ENTITIES_MAX} entities a sample of them is kept, chosen by hash: each time that there are too
 * many, every other one is dropped. Entities are told apart by 64 bits of a hash. Not thread-safe.
 */
final class Assignments {

    /** No treatment: something else than the experiment decided. */
    static final int NONE = -1;

    /** For how long samples belong to the treatment after an evaluation (AWS's user guide). */
    static final long LASTING_MILLIS = 3_600_000;

    /** By how much the clock of a client may be behind that of the evaluation. */
    static final long SKEW_MAX_MILLIS = 60_000;

    /** How many entities are known at most. */
    static final int ENTITIES_MAX = 250_000;

    /** How many stretches of one entity are known at most. */
    static final int STRETCHES_OF_ENTITY_MAX = 8;

    /** How many parts the entities are written in. */
    static final int SHARDS = 64;

    /** How many treatments, or groups of entities, can be told apart. */
    static final int TREATMENTS_MAX = 64;

    private static final int CAPACITY_MIN = 64;
    private static final int END = -1;
    private static final int FILTER_BITS = 4;
    private static final int ENTITY_BYTES = Long.BYTES + Integer.BYTES + 2;
    private static final int STRETCH_BYTES = 3 * Integer.BYTES + 1;
    private static final int MIXED = 0x80;

    private final long since;

    /** The resolution of the times, so that a stretch has room in two integers. */
    private final long unitMillis;

    private final int entitiesMax;

    // By slot; the key is 0 where there is none.
    private long[] keys = new long[CAPACITY_MIN];
    private int[] heads = new int[CAPACITY_MIN];
    private byte[] treatments = new byte[CAPACITY_MIN]; // The first that the entity had.
    private byte[] flags = new byte[CAPACITY_MIN]; // A bit for each metric that has a sample, and MIXED.
    private int size;

    /** A bit for some of the keys' bits, set if there may be such a key: most events are of entities of other experiments. */
    private long[] mayHave = new long[CAPACITY_MIN * FILTER_BITS / Long.SIZE];

    // By stretch; those of an entity are a list, the latest first. Times are units since the start.
    private int[] firsts = new int[CAPACITY_MIN];
    private int[] lasts = new int[CAPACITY_MIN];
    private int[] nexts = new int[CAPACITY_MIN];
    private byte[] stretchTreatments = new byte[CAPACITY_MIN];
    private int stretches;
    private int freeStretch = END;
    private int used;

    private int halvings;
    private long dirtyShards;

    /**
     * For the entities of an experiment.
     *
     * @param since its start, in milliseconds since 1970
     * @param until its end; evaluations outside that time are not to be added
     */
    Assignments(long since, long until) {
        this(since, until, ENTITIES_MAX);
    }

    Assignments(long since, long until, int entitiesMax) {
        this.since = since;
        this.unitMillis = Math.max(1, Math.ceilDiv(until - since, Integer.MAX_VALUE));
        this.entitiesMax = entitiesMax;
    }

    /** What the search for a sample's treatment found: a treatment with {@link Outcome#COUNTED}, or why there is none. */
    record Found(int treatment, Outcome outcome) {

        private static final Found[] NOT_FOUND = Arrays.stream(Outcome.values())
                .map(outcome -> new Found(NONE, outcome))
                .toArray(Found[]::new);

        static Found none(Outcome outcome) {
            return NOT_FOUND[outcome.index()];
        }
    }

    /**
     * Adds an evaluation.
     *
     * @param entity its key
     * @param time in milliseconds since 1970, within the experiment
     * @param treatment from 0, or {@link #NONE} when something else than the experiment decided
     */
    void add(long entity, long time, int treatment) {
        if (!isInSample(entity)) {
            return;
        }
        int slot = slot(entity);
        if (keys[slot] == 0) {
            if (treatment == NONE) {
                return;
            }
            if (size >= entitiesMax) {
                halve();
                add(entity, time, treatment);
                return;
            }
            if (2 * (size + 1) > keys.length) {
                resize(keys.length * 2);
                slot = slot(entity);
            }
            putKey(slot, entity);
            heads[slot] = END;
            treatments[slot] = (byte) treatment;
            flags[slot] = 0;
            size++;
        } else if (treatment != NONE && treatment != treatments[slot]) {
            flags[slot] |= (byte) MIXED;
        }
        addStretch(slot, Math.toIntExact((time - since) / unitMillis), (byte) treatment);
        dirtyShards |= 1L << shard(entity);
    }

    private void addStretch(int slot, int time, byte treatment) {
        int lasting = lasting();
        int later = END;
        int earlier = heads[slot];
        int before = 0;
        while (earlier != END && firsts[earlier] > time) {
            later = earlier;
            earlier = nexts[earlier];
            before++;
        }
        if (earlier != END && time < lasts[earlier]) {
            return; // What comes late changes nothing within a stretch.
        }
        boolean joinsEarlier =
                earlier != END && stretchTreatments[earlier] == treatment && time - lasts[earlier] <= lasting;
        boolean joinsLater = later != END && stretchTreatments[later] == treatment && firsts[later] - time <= lasting;
        if (joinsEarlier && joinsLater) {
            lasts[earlier] = lasts[later];
            unlink(slot, later);
        } else if (joinsEarlier) {
            lasts[earlier] = time;
        } else if (joinsLater) {
            firsts[later] = time;
        } else {
            insert(slot, later, earlier, before, time, treatment);
        }
    }

    private void insert(int slot, int later, int earlier, int before, int time, byte treatment) {
        int length = before;
        for (int i = earlier; i != END; i = nexts[i]) {
            length++;
        }
        // Each entity may have one, and all together as many more.
        if (length >= STRETCHES_OF_ENTITY_MAX || (length > 0 && used - size >= entitiesMax)) {
            if (earlier == END) {
                return; // It would be the oldest itself.
            }
            int oldest = earlier;
            while (nexts[oldest] != END) {
                oldest = nexts[oldest];
            }
            unlink(slot, oldest);
            earlier = later == END ? heads[slot] : nexts[later];
        }
        int stretch = newStretch();
        firsts[stretch] = time;
        lasts[stretch] = time;
        stretchTreatments[stretch] = treatment;
        nexts[stretch] = earlier;
        if (later == END) {
            heads[slot] = stretch;
        } else {
            nexts[later] = stretch;
        }
    }

    private int newStretch() {
        used++;
        if (freeStretch != END) {
            int stretch = freeStretch;
            freeStretch = nexts[stretch];
            return stretch;
        }
        if (stretches == firsts.length) {
            int capacity = stretches * 2;
            firsts = Arrays.copyOf(firsts, capacity);
            lasts = Arrays.copyOf(lasts, capacity);
            nexts = Arrays.copyOf(nexts, capacity);
            stretchTreatments = Arrays.copyOf(stretchTreatments, capacity);
        }
        return stretches++;
    }

    private void unlink(int slot, int stretch) {
        if (heads[slot] == stretch) {
            heads[slot] = nexts[stretch];
        } else {
            int previous = heads[slot];
            while (nexts[previous] != stretch) {
                previous = nexts[previous];
            }
            nexts[previous] = nexts[stretch];
        }
        nexts[stretch] = freeStretch;
        freeStretch = stretch;
        used--;
    }

    /** The treatment that an entity had at a time. */
    Found find(long entity, long time) {
        if (!isInSample(entity)) {
            return Found.none(Outcome.OUTSIDE_SAMPLE);
        }
        int slot = mayHave(entity) ? slot(entity) : END;
        if (slot == END || keys[slot] == 0) {
            return Found.none(Outcome.NOT_EVALUATED);
        }
        int stretch = stretchAt(slot, time);
        if (stretch == END) {
            return Found.none(isBeforeAll(slot, time) ? Outcome.BEFORE_EVALUATION : Outcome.TOO_LATE);
        }
        if (stretchTreatments[stretch] == NONE || (flags[slot] & MIXED) != 0) {
            return Found.none(Outcome.OTHER_TREATMENT);
        }
        return new Found(stretchTreatments[stretch], Outcome.COUNTED);
    }

    /**
     * Remembers that a known entity has a sample.
     *
     * @return whether it is the first of that metric
     */
    boolean addSample(long entity, int metric) {
        int slot = slot(entity);
        boolean isFirst = (flags[slot] & 1 << metric) == 0;
        if (isFirst) {
            flags[slot] |= (byte) (1 << metric);
            dirtyShards |= 1L << shard(entity);
        }
        return isFirst;
    }

    /** That of the last evaluation before a time, if it still lasts, or of one that follows within the skew of clocks. */
    private int stretchAt(int slot, long time) {
        long at = (time - since) / unitMillis;
        int later = END;
        int stretch = heads[slot];
        while (stretch != END && firsts[stretch] > at) {
            later = stretch;
            stretch = nexts[stretch];
        }
        if (stretch != END && at - lasts[stretch] <= lasting()) {
            return stretch;
        }
        return later != END && firsts[later] - at <= SKEW_MAX_MILLIS / unitMillis ? later : END;
    }

    private boolean isBeforeAll(int slot, long time) {
        long at = (time - since) / unitMillis;
        for (int stretch = heads[slot]; stretch != END; stretch = nexts[stretch]) {
            if (firsts[stretch] <= at) {
                return false;
            }
        }
        return true;
    }

    private int lasting() {
        return (int) (LASTING_MILLIS / unitMillis);
    }

    /** The treatment of an entity that had only one; {@link #NONE} for others. */
    int treatment(long entity) {
        int slot = slot(entity);
        return keys[slot] == 0 || (flags[slot] & MIXED) != 0 ? NONE : treatments[slot];
    }

    /** The first treatment of an entity; {@link #NONE} if there was none yet. */
    int firstTreatment(long entity) {
        int slot = slot(entity);
        return keys[slot] == 0 ? NONE : treatments[slot];
    }

    private boolean isInSample(long entity) {
        return halvings == 0 || entity >>> (Long.SIZE - halvings) == 0;
    }

    private void halve() {
        halvings++;
        resize(keys.length);
    }

    /** How many entities each one in the sample stands for: 1, 2, 4 and so on. */
    int weight() {
        return 1 << halvings;
    }

    /** How many entities are known. */
    int size() {
        return size;
    }

    /** Entities by treatment. */
    static final class Counts {

        /** Those that had one treatment only. */
        final long[] evaluated;

        /** By metric and treatment: as counts those that had one treatment only, as sums those of them that have a sample. */
        final ClusterSums[][] converted;

        /** Those that were seen in several treatments. */
        long mixed;

        Counts(int treatments, int metrics) {
            this.evaluated = new long[treatments];
            this.converted = new ClusterSums[metrics][treatments];
            for (ClusterSums[] ofMetric : converted) {
                Arrays.setAll(ofMetric, _ -> new ClusterSums());
            }
        }
    }

    /** Counts the entities in the sample; to be multiplied by {@link #weight()}. */
    Counts counts(int treatmentCount, int metrics) {
        Counts counts = new Counts(treatmentCount, metrics);
        for (int slot = 0; slot < keys.length; slot++) {
            if (keys[slot] == 0) {
                continue;
            }
            if ((flags[slot] & MIXED) != 0) {
                counts.mixed++;
                continue;
            }
            int treatment = treatments[slot];
            counts.evaluated[treatment]++;
            for (int metric = 0; metric < metrics; metric++) {
                counts.converted[metric][treatment].add(cluster(keys[slot]), 1, flags[slot] >>> metric & 1);
            }
        }
        return counts;
    }

    /** Fills tables anew, without what is not in the sample any more. */
    private void resize(int capacity) {
        long[] oldKeys = keys;
        int[] oldHeads = heads;
        byte[] oldTreatments = treatments;
        byte[] oldFlags = flags;
        keys = new long[capacity];
        mayHave = new long[capacity * FILTER_BITS / Long.SIZE];
        heads = new int[capacity];
        treatments = new byte[capacity];
        flags = new byte[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] == 0) {
                continue;
            }
            if (isInSample(oldKeys[i])) {
                int slot = slot(oldKeys[i]);
                putKey(slot, oldKeys[i]);
                heads[slot] = oldHeads[i];
                treatments[slot] = oldTreatments[i];
                flags[slot] = oldFlags[i];
            } else {
                size--;
                dirtyShards |= 1L << shard(oldKeys[i]);
                for (int stretch = oldHeads[i]; stretch != END; ) {
                    int next = nexts[stretch];
                    nexts[stretch] = freeStretch;
                    freeStretch = stretch;
                    used--;
                    stretch = next;
                }
            }
        }
    }

    private void putKey(int slot, long key) {
        keys[slot] = key;
        int bit = filterBit(key);
        mayHave[bit / Long.SIZE] |= 1L << bit;
    }

    /** Whether a key is worth a search. */
    private boolean mayHave(long key) {
        int bit = filterBit(key);
        return (mayHave[bit / Long.SIZE] >>> bit & 1) == 1;
    }

    private int filterBit(long key) {
        return (int) (key >>> 24) & (keys.length * FILTER_BITS - 1);
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
        return (long) keys.length * ENTITY_BYTES
                + (long) mayHave.length * Long.BYTES
                + (long) firsts.length * STRETCH_BYTES;
    }

    /** Which shards have changed since {@link #clearDirty()}; a bit for each. */
    long dirtyShards() {
        return dirtyShards;
    }

    void clearDirty() {
        dirtyShards = 0;
    }

    int halvings() {
        return halvings;
    }

    /** Takes over the sample of what was written. */
    void restoreHalvings(int halvings) {
        this.halvings = halvings;
    }

    /** Writes the entities of some shards, each to its output; those without one are passed over. */
    void writeShards(DataOutput[] outputs) throws IOException {
        for (int slot = 0; slot < keys.length; slot++) {
            DataOutput output = keys[slot] == 0 ? null : outputs[shard(keys[slot])];
            if (output == null) {
                continue;
            }
            int count = 0;
            for (int stretch = heads[slot]; stretch != END; stretch = nexts[stretch]) {
                count++;
            }
            output.writeLong(keys[slot]);
            output.writeByte(treatments[slot]);
            output.writeByte(flags[slot]);
            output.writeByte(count);
            for (int stretch = heads[slot]; stretch != END; stretch = nexts[stretch]) {
                output.writeInt(firsts[stretch]);
                output.writeInt(lasts[stretch]);
                output.writeByte(stretchTreatments[stretch]);
            }
        }
    }

    /** Reads one entity that was written. */
    void readEntity(DataInput input) throws IOException {
        if (2 * (size + 1) > keys.length) {
            resize(keys.length * 2);
        }
        long key = input.readLong();
        int slot = slot(key);
        putKey(slot, key);
        treatments[slot] = input.readByte();
        flags[slot] = input.readByte();
        heads[slot] = END;
        size++;
        int last = END;
        for (int left = input.readUnsignedByte(); left > 0; left--) {
            int stretch = newStretch();
            firsts[stretch] = input.readInt();
            lasts[stretch] = input.readInt();
            stretchTreatments[stretch] = input.readByte();
            nexts[stretch] = END;
            if (last == END) {
                heads[slot] = stretch;
            } else {
                nexts[last] = stretch;
            }
            last = stretch;
        }
    }

    private static int shard(long key) {
        return (int) (key >>> 8) & (SHARDS - 1);
    }

    /** The cluster of an entity; independent of whether it is in the sample. */
    static int cluster(long key) {
        return (int) ((key >>> 16 & 0xffff_ffffL) % ClusterSums.CLUSTERS);
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
