package io.github.evidently.statistics;

import java.util.Arrays;

/**
 * Counts and sums of one treatment, by clusters of entities.
 *
 * <p>Samples of one entity are correlated, so that the entity and not the sample is the unit of a variance. To keep memory
 * independent of the number of entities, a hash puts each entity into one of {@value #CLUSTERS} clusters. All samples of an
 * entity are in the same cluster, and clusters are independent of each other. Sums over different times can be added. Not
 * thread-safe.
 */
public final class ClusterSums {

    /** The number of clusters (ADR 40). */
    public static final int CLUSTERS = 200;

    private final double[] counts;
    private final double[] sums;

    /** Creates sums without samples. */
    public ClusterSums() {
        this.counts = new double[CLUSTERS];
        this.sums = new double[CLUSTERS];
    }

    private ClusterSums(double[] counts, double[] sums) {
        this.counts = counts;
        this.sums = sums;
    }

    /** Returns a copy, which later changes of this object do not affect. */
    public ClusterSums copy() {
        return new ClusterSums(counts.clone(), sums.clone());
    }

    /**
     * Adds samples of an entity.
     *
     * @param cluster of the entity, from 0 to {@link #CLUSTERS} - 1
     * @param count how many samples
     * @param sum of their values
     */
    public void add(int cluster, double count, double sum) {
        counts[cluster] += count;
        sums[cluster] += sum;
    }

    /** Adds all samples of another time or treatment. */
    public void add(ClusterSums other) {
        for (int i = 0; i < CLUSTERS; i++) {
            counts[i] += other.counts[i];
            sums[i] += other.sums[i];
        }
    }

    /** Returns the number of samples in a cluster. */
    public double count(int cluster) {
        return counts[cluster];
    }

    /** Returns the sum of the values in a cluster. */
    public double sum(int cluster) {
        return sums[cluster];
    }

    /** Returns the number of samples. */
    public double count() {
        return Arrays.stream(counts).sum();
    }

    /** Returns the sum of all values. */
    public double sum() {
        return Arrays.stream(sums).sum();
    }

    /** Returns the mean per sample; NaN without samples. */
    public double mean() {
        return sum() / count();
    }

    /** Returns how many clusters have samples. */
    public int occupied() {
        int occupied = 0;
        for (double count : counts) {
            occupied += count > 0 ? 1 : 0;
        }
        return occupied;
    }

    /** Returns the sum of the squared residuals of the clusters around a mean: {@code Σ(sum - mean · count)²}. */
    double squaredResiduals(double mean) {
        double squares = 0;
        for (int i = 0; i < CLUSTERS; i++) {
            double residual = sums[i] - mean * counts[i];
            squares += residual * residual;
        }
        return squares;
    }
}
