package io.github.evidently.results;

import io.github.evidently.statistics.Moments;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Encodes tallies as bytes: a head, and parts, of which only the changed ones are written. Parts from 0 are shards of
 * the entities, those after them slices.
 */
final class TallyCodec {

    /**
     * Must be incremented with every change of what is written or counted; tallies of other versions are counted again.
     */
    static final int VERSION = 3;

    private TallyCodec() {}

    /**
     * The bytes to be written.
     *
     * @param parts by number
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Written(byte[] head, Map<Integer, byte[]> parts) {}

    /** Returns everything that has changed since the last time. */
    static Written write(ExperimentTally tally) {
        Map<Integer, byte[]> parts = new TreeMap<>();
        @Nullable TallyOutput[] shards = new TallyOutput[Assignments.SHARDS];
        long dirtyShards = tally.assignments.dirtyShards();
        for (int i = 0; i < shards.length; i++) {
            if ((dirtyShards >>> i & 1) == 1) {
                shards[i] = new TallyOutput();
            }
        }
        tally.assignments.writeShards(shards);
        for (int i = 0; i < shards.length; i++) {
            TallyOutput shard = shards[i];
            if (shard != null) {
                parts.put(i, shard.toByteArray());
            }
        }
        BitSet slices = tally.slices.dirty();
        for (int i = slices.nextSetBit(0); i >= 0; i = slices.nextSetBit(i + 1)) {
            TallyOutput slice = new TallyOutput();
            tally.slices.write(i, slice);
            parts.put(Assignments.SHARDS + i, slice.toByteArray());
        }
        return new Written(head(tally), parts);
    }

    /** Makes the next {@link #write} return everything. */
    static void markAll(ExperimentTally tally) {
        tally.assignments.markAll();
        tally.slices.markAll();
    }

    /** Must be called when the written bytes are on disk. */
    static void written(ExperimentTally tally) {
        tally.assignments.clearDirty();
        tally.slices.clearDirty();
    }

    private static byte[] head(ExperimentTally tally) {
        TallyOutput output = new TallyOutput();
        output.writeLong(tally.sequence);
        output.writeLong(tally.until);
        output.writeLong(tally.lastSample);
        output.writeByte(tally.assignments.halvings());
        output.writeInt(tally.slices.widthMinutes());
        for (int metric = 0; metric < tally.moments.length; metric++) {
            for (int treatment = 0; treatment < tally.moments[metric].length; treatment++) {
                Moments moments = tally.moments[metric][treatment];
                output.writeLong(moments.count());
                output.writeDouble(moments.mean());
                output.writeDouble(moments.squares());
                output.writeDouble(tally.largest[metric][treatment]);
            }
            for (int outcome = 0; outcome < tally.outcomes[metric].length; outcome++) {
                output.writeLong(tally.outcomes[metric][outcome]);
                Example example = tally.examples[metric][outcome];
                output.writeBoolean(example != null);
                if (example != null) {
                    write(example, output);
                }
            }
        }
        output.writeInt(tally.waiting.size());
        tally.waiting.forEach((metric, entity, value, receivedTime, event) -> {
            output.writeByte(metric);
            output.writeLong(entity);
            output.writeDouble(value);
            output.writeLong(receivedTime);
            write(event, output);
        });
        return output.toByteArray();
    }

    private static void write(Example example, TallyOutput output) {
        output.writeLong(example.sequence());
        output.writeLong(example.timestamp());
        output.writeText(example.data());
    }

    private static Example readExample(TallyInput input) {
        return new Example(input.readLong(), input.readLong(), input.readText());
    }

    /**
     * Fills a new tally with the written bytes.
     *
     * @throws IndexOutOfBoundsException when these are not the bytes that were written
     */
    static void read(ExperimentTally tally, byte[] head, Map<Integer, byte[]> parts) {
        TallyInput input = new TallyInput(head);
        tally.sequence = input.readLong();
        tally.until = input.readLong();
        tally.lastSample = input.readLong();
        tally.assignments.restoreHalvings(input.readByte());
        tally.slices.restoreWidth(input.readInt());
        for (int metric = 0; metric < tally.moments.length; metric++) {
            for (int treatment = 0; treatment < tally.moments[metric].length; treatment++) {
                tally.moments[metric][treatment] =
                        new Moments(input.readLong(), input.readDouble(), input.readDouble());
                tally.largest[metric][treatment] = input.readDouble();
            }
            for (int outcome = 0; outcome < tally.outcomes[metric].length; outcome++) {
                tally.outcomes[metric][outcome] = input.readLong();
                if (input.readBoolean()) {
                    tally.examples[metric][outcome] = readExample(input);
                }
            }
        }
        for (int left = input.readInt(); left > 0; left--) {
            tally.waiting.add(
                    input.readByte(), input.readLong(), input.readDouble(), input.readLong(), readExample(input));
        }
        for (Map.Entry<Integer, byte[]> part : parts.entrySet()) {
            TallyInput content = new TallyInput(part.getValue());
            if (part.getKey() < Assignments.SHARDS) {
                while (content.hasMore()) {
                    tally.assignments.readEntity(content);
                }
            } else {
                tally.slices.read(part.getKey() - Assignments.SHARDS, content);
            }
        }
        tally.assignments.clearDirty();
    }
}
