package io.github.evidently.results;

import io.github.evidently.statistics.ClusterSums;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Records which treatment each entity had at which time, which decides the treatment that a sample belongs to.
 *
 * <p>Evaluations of an entity that give it the same treatment, no more than an hour apart, are one stretch of time. An
 * entity has up to {@value #STRETCHES_OF_ENTITY_MAX} stretches, of which the oldest makes room for a new one; all
 * entities together have up to twice {@value #ENTITIES_MAX} stretches. Beyond {@value #ENTITIES_MAX} entities a sample
 * of them is kept, chosen by hash: each time there are too many, every other one is dropped. Entities are identified by
 * 64 bits of a hash. Not thread-safe.
 */
final class Assignments {

    /** No treatment: something other than the experiment decided. */
    static final int NONE = -1;

    /** How long samples belong to the treatment after an evaluation (AWS's user guide). */
    static final long LASTING_MILLIS = 3_600_000;

    /** By how much the clock of a client may be behind that of the evaluation. */
    static final long SKEW_MAX_MILLIS = 60_000;

    /** The maximum number of entities. */
    static final int ENTITIES_MAX = 250_000;

    /** The maximum number of stretches of one entity. */
    static final int STRETCHES_OF_ENTITY_MAX = 8;

    /** The number of parts in which the entities are written. */
    static final int SHARDS = 64;

    /** The maximum number of treatments, or groups of entities. */
    static final int TREATMENTS_MAX = 64;

    /** A flag of an entity. The lower flags tell for each metric whether there is a sample. */
    private static final int MIXED = 0x80;

    private final long since;

    /** The resolution of the times, so that a stretch has room in two integers. */
    private final long unitMillis;

    private final int entitiesMax;

    private final EntityTable entities = new EntityTable();
    private final Stretches stretches;
    private int halvings;
    private long dirtyShards;

    /**
     * Creates an empty record for the entities of an experiment.
     *
     * @param since its start, in milliseconds since 1970
     * @param until its end; evaluations outside that time must not be added
     */
    Assignments(long since, long until) {
        this(since, until, ENTITIES_MAX);
    }

    Assignments(long since, long until, int entitiesMax) {
        this.since = since;
        this.unitMillis = Math.max(1, Math.ceilDiv(until - since, Integer.MAX_VALUE));
        this.entitiesMax = entitiesMax;
        this.stretches = new Stretches((int) (LASTING_MILLIS / unitMillis), SKEW_MAX_MILLIS / unitMillis);
    }

    /**
     * The result of the search for a sample's treatment: a treatment with {@link Outcome#COUNTED}, or why there is
     * none.
     */
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
     * @param treatment from 0, or {@link #NONE} when something other than the experiment decided
     */
    void add(long entity, long time, int treatment) {
        if (!isInSample(entity)) {
            return;
        }
        int slot = entities.find(entity);
        if (slot == EntityTable.NONE) {
            if (treatment == NONE) {
                return;
            }
            if (entities.size() >= entitiesMax) {
                halve();
                add(entity, time, treatment);
                return;
            }
            slot = entities.add(entity, (byte) treatment, (byte) 0, Stretches.END);
        } else if (treatment != NONE && treatment != entities.treatment(slot)) {
            entities.setFlag(slot, MIXED);
        }
        int head = entities.head(slot);
        entities.setHead(
                slot,
                stretches.add(head, Math.toIntExact((time - since) / unitMillis), (byte) treatment, lengthMax(head)));
        dirtyShards |= 1L << shard(entity);
    }

    /** Returns how many stretches a list may have: each entity may have one, and all together as many more. */
    private int lengthMax(int head) {
        boolean hasRoom = head == Stretches.END || stretches.used() - entities.size() < entitiesMax;
        return hasRoom ? STRETCHES_OF_ENTITY_MAX : 1;
    }

    /** Returns the treatment that an entity had at a time. */
    Found find(long entity, long time) {
        if (!isInSample(entity)) {
            return Found.none(Outcome.OUTSIDE_SAMPLE);
        }
        int slot = entities.find(entity);
        if (slot == EntityTable.NONE) {
            return Found.none(Outcome.NOT_EVALUATED);
        }
        int head = entities.head(slot);
        long at = (time - since) / unitMillis;
        int stretch = stretches.find(head, at);
        if (stretch == Stretches.END) {
            return Found.none(stretches.areAllAfter(head, at) ? Outcome.BEFORE_EVALUATION : Outcome.TOO_LATE);
        }
        if (stretches.treatment(stretch) == NONE || entities.hasFlag(slot, MIXED)) {
            return Found.none(Outcome.OTHER_TREATMENT);
        }
        return new Found(stretches.treatment(stretch), Outcome.COUNTED);
    }

    /**
     * Remembers that a known entity has a sample.
     *
     * @return whether it is the first of that metric
     */
    boolean addSample(long entity, int metric) {
        int slot = entities.find(entity);
        boolean isFirst = !entities.hasFlag(slot, 1 << metric);
        if (isFirst) {
            entities.setFlag(slot, 1 << metric);
            dirtyShards |= 1L << shard(entity);
        }
        return isFirst;
    }

    /** Returns the treatment of an entity that had only one; {@link #NONE} for others. */
    int treatment(long entity) {
        int slot = entities.find(entity);
        return slot == EntityTable.NONE || entities.hasFlag(slot, MIXED) ? NONE : entities.treatment(slot);
    }

    /** Returns the first treatment of an entity; {@link #NONE} if there was none yet. */
    int firstTreatment(long entity) {
        int slot = entities.find(entity);
        return slot == EntityTable.NONE ? NONE : entities.treatment(slot);
    }

    private boolean isInSample(long entity) {
        return halvings == 0 || entity >>> (Long.SIZE - halvings) == 0;
    }

    private void halve() {
        halvings++;
        entities.retain(this::isInSample, (key, head) -> {
            stretches.remove(head);
            dirtyShards |= 1L << shard(key);
        });
    }

    /** Returns how many entities each one in the sample stands for: 1, 2, 4 and so on. */
    int weight() {
        return 1 << halvings;
    }

    /** Returns how many entities are known. */
    int size() {
        return entities.size();
    }

    /** Counts the entities in the sample; multiply the counts by {@link #weight()}. */
    EntityCounts counts(int treatmentCount, int metrics) {
        EntityCounts counts = new EntityCounts(treatmentCount, metrics);
        for (int slot = 0; slot < entities.slots(); slot++) {
            if (entities.key(slot) == 0) {
                continue;
            }
            if (entities.hasFlag(slot, MIXED)) {
                counts.mixed++;
                continue;
            }
            int treatment = entities.treatment(slot);
            counts.evaluated[treatment]++;
            for (int metric = 0; metric < metrics; metric++) {
                counts.converted[metric][treatment].add(
                        cluster(entities.key(slot)), 1, entities.hasFlag(slot, 1 << metric) ? 1 : 0);
            }
        }
        return counts;
    }

    /** Returns how much memory this takes. */
    long bytes() {
        return entities.bytes() + stretches.bytes();
    }

    /** Returns which shards have changed since {@link #clearDirty()}; a bit for each. */
    long dirtyShards() {
        return dirtyShards;
    }

    /** Lets all shards count as changed. */
    void markAll() {
        dirtyShards = -1;
    }

    void clearDirty() {
        dirtyShards = 0;
    }

    int halvings() {
        return halvings;
    }

    /** Restores the sampling of a record that was written. */
    void restoreHalvings(int halvings) {
        this.halvings = halvings;
    }

    /** Writes the entities of some shards, each to its output; shards without an output are skipped. */
    void writeShards(@Nullable TallyOutput[] outputs) {
        for (int slot = 0; slot < entities.slots(); slot++) {
            long key = entities.key(slot);
            TallyOutput output = key == 0 ? null : outputs[shard(key)];
            if (output != null) {
                output.writeLong(key);
                output.writeByte(entities.treatment(slot));
                output.writeByte(entities.flags(slot));
                stretches.write(entities.head(slot), output);
            }
        }
    }

    /** Reads one entity that was written. */
    void readEntity(TallyInput input) {
        long key = input.readLong();
        byte treatment = input.readByte();
        byte flags = input.readByte();
        entities.add(key, treatment, flags, stretches.read(input));
    }

    private static int shard(long key) {
        return (int) (key >>> 8) & (SHARDS - 1);
    }

    /** Returns the cluster of an entity; independent of whether it is in the sample. */
    static int cluster(long key) {
        return (int) ((key >>> 16 & 0xffff_ffffL) % ClusterSums.CLUSTERS);
    }

    /**
     * Returns the key of an entity: FNV-1a with the last step of MurmurHash3, so that all its bits depend on all of the
     * text.
     */
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
