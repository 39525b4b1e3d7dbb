package io.github.evidently.results;

import io.github.evidently.statistics.ClusterSums;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The samples of an experiment by slices of its time, and in each slice by metric, treatment and cluster of entities.
 *
 * <p>A slice is one minute long at first. Whenever more than {@value #SLICES_MAX} would be needed, pairs are merged: a
 * look at the results is never coarser than one part in {@code SLICES_MAX / 2} of the experiment's age. So the memory
 * does not depend on how long an experiment runs. Not thread-safe.
 */
final class Slices {

    /** The maximum number of slices. */
    static final int SLICES_MAX = 384;

    private static final int SERIES_BYTES = ClusterSums.CLUSTERS * (Integer.BYTES + Double.BYTES) + 80;
    private static final long MINUTE_MILLIS = 60_000;

    private final int series;
    private final long firstMinute;
    private final @Nullable Cell[] @Nullable [] slices = new Cell[SLICES_MAX][];
    private final BitSet dirty = new BitSet(SLICES_MAX);
    private int widthMinutes = 1;
    private int cells;

    /** The samples of one metric and treatment in a slice. */
    private static final class Cell {

        private final int[] counts = new int[ClusterSums.CLUSTERS];
        private final double[] sums = new double[ClusterSums.CLUSTERS];
        private long samples;
        private long entities;

        void add(Cell other) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] += other.counts[i];
                sums[i] += other.sums[i];
            }
            samples += other.samples;
            entities += other.entities;
        }
    }

    /** Samples of several slices, of one metric and treatment. */
    static final class Total {

        private final ClusterSums sums = new ClusterSums();
        private long samples;
        private double entities;

        /** Returns the sums by cluster; weighted where a sample of the entities stands for all. */
        ClusterSums sums() {
            return sums;
        }

        /** Returns the number of samples, without a weight. */
        long samples() {
            return samples;
        }

        /** Returns from how many entities the samples are, without those that had a sample before. */
        double entities() {
            return entities;
        }
    }

    /**
     * Creates the slices of an experiment.
     *
     * @param series how many pairs of metric and treatment there are
     * @param since the start in milliseconds since 1970; slices are by whole minutes
     */
    Slices(int series, long since) {
        this.series = series;
        this.firstMinute = Math.floorDiv(since, MINUTE_MILLIS);
    }

    /**
     * Adds a sample.
     *
     * @param time in milliseconds since 1970, not before the start
     * @param weight how many samples it stands for
     * @param isFirst whether it is the entity's first of that metric
     */
    void add(int oneSeries, long time, int cluster, int weight, double value, boolean isFirst) {
        long minutes = Math.floorDiv(time, MINUTE_MILLIS) - firstMinute;
        while (minutes / widthMinutes >= SLICES_MAX) {
            widen();
        }
        int index = (int) (minutes / widthMinutes);
        Cell cell = cell(index, oneSeries);
        cell.counts[cluster] += weight;
        cell.sums[cluster] += weight * value;
        cell.samples++;
        cell.entities += isFirst ? weight : 0;
        dirty.set(index);
    }

    private Cell cell(int index, int oneSeries) {
        @Nullable Cell[] slice = slices[index];
        if (slice == null) {
            slice = new Cell[series];
            slices[index] = slice;
        }
        Cell cell = slice[oneSeries];
        if (cell == null) {
            cell = new Cell();
            slice[oneSeries] = cell;
            cells++;
        }
        return cell;
    }

    private void widen() {
        for (int i = 0; i < SLICES_MAX; i++) {
            @Nullable Cell[] slice = slices[i];
            if (slice == null) {
                continue;
            }
            dirty.set(i);
            dirty.set(i / 2);
            slices[i] = null;
            @Nullable Cell[] target = slices[i / 2];
            if (target == null) {
                slices[i / 2] = slice;
            } else {
                merge(slice, target);
            }
        }
        widthMinutes *= 2;
    }

    private void merge(@Nullable Cell[] slice, @Nullable Cell[] target) {
        for (int i = 0; i < series; i++) {
            Cell cell = slice[i];
            Cell into = target[i];
            if (into == null) {
                target[i] = cell;
            } else if (cell != null) {
                into.add(cell);
                cells--;
            }
        }
    }

    private @Nullable Cell find(int index, int oneSeries) {
        @Nullable Cell[] slice = slices[index];
        return slice == null ? null : slice[oneSeries];
    }

    /** Returns the length of a slice. */
    int widthMinutes() {
        return widthMinutes;
    }

    /** Returns the slice of a time, from 0. */
    int index(long time) {
        return (int) Math.min(SLICES_MAX, Math.max(0, Math.floorDiv(time, MINUTE_MILLIS) - firstMinute) / widthMinutes);
    }

    /** Returns the first slice that begins at that time or later. */
    int indexFrom(long time) {
        long minutes = Math.max(0, Math.ceilDiv(time, MINUTE_MILLIS) - firstMinute);
        return (int) Math.min(SLICES_MAX, Math.ceilDiv(minutes, widthMinutes));
    }

    /** Returns when a slice begins, in milliseconds since 1970. */
    long start(int index) {
        return (firstMinute + (long) index * widthMinutes) * MINUTE_MILLIS;
    }

    /** Adds the samples of a series in some slices. */
    void addTo(Total total, int oneSeries, int from, int to) {
        for (int i = from; i < to; i++) {
            Cell cell = find(i, oneSeries);
            if (cell != null) {
                for (int cluster = 0; cluster < cell.counts.length; cluster++) {
                    total.sums.add(cluster, cell.counts[cluster], cell.sums[cluster]);
                }
                total.samples += cell.samples;
                total.entities += cell.entities;
            }
        }
    }

    /** Returns how much memory this takes. */
    long bytes() {
        return (long) cells * SERIES_BYTES;
    }

    /** Returns which slices have changed since {@link #clearDirty()}. */
    BitSet dirty() {
        return (BitSet) dirty.clone();
    }

    /** Lets all slices with samples count as changed. */
    void markAll() {
        for (int i = 0; i < SLICES_MAX; i++) {
            dirty.set(i, slices[i] != null);
        }
    }

    void clearDirty() {
        dirty.clear();
    }

    void restoreWidth(int widthMinutes) {
        this.widthMinutes = widthMinutes;
    }

    /** Writes a slice, which may be empty. */
    void write(int index, TallyOutput output) {
        for (int oneSeries = 0; oneSeries < series; oneSeries++) {
            Cell cell = find(index, oneSeries);
            output.writeBoolean(cell != null);
            if (cell != null) {
                output.writeLong(cell.samples);
                output.writeLong(cell.entities);
                for (int cluster = 0; cluster < cell.counts.length; cluster++) {
                    output.writeInt(cell.counts[cluster]);
                    if (cell.counts[cluster] > 0) {
                        output.writeDouble(cell.sums[cluster]);
                    }
                }
            }
        }
    }

    /** Reads a slice that was written. */
    void read(int index, TallyInput input) {
        for (int oneSeries = 0; oneSeries < series; oneSeries++) {
            if (input.readBoolean()) {
                Cell cell = cell(index, oneSeries);
                cell.samples = input.readLong();
                cell.entities = input.readLong();
                for (int cluster = 0; cluster < cell.counts.length; cluster++) {
                    cell.counts[cluster] = input.readInt();
                    if (cell.counts[cluster] > 0) {
                        cell.sums[cluster] = input.readDouble();
                    }
                }
            }
        }
    }
}
