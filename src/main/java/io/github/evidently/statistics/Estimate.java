package io.github.evidently.statistics;

/**
 * A mean per sample and its uncertainty.
 *
 * <p>The mean is a ratio of sums, all values over all samples. Its variance is that of a ratio by clusters of entities
 * (delta method): {@code K/(K-1) · Σ(s - R·c)² / (Σc)²} with sum s and count c of each of the K clusters that have
 * samples.
 *
 * @param mean the sum of the values over the number of samples
 * @param variance of the mean; infinite with fewer than two clusters
 * @param degrees of freedom of the variance
 * @param entities how many entities the samples are from
 */
public record Estimate(double mean, double variance, double degrees, double entities) {

    /**
     * Returns the estimate from the samples of one treatment.
     *
     * @param sums with at least one sample
     * @param entities how many entities the samples are from, if known; at least the number of occupied clusters counts
     */
    public static Estimate of(ClusterSums sums, double entities) {
        double mean = sums.mean();
        int clusters = sums.occupied();
        return new Estimate(
                mean,
                variance(clusters, sums.squaredResiduals(mean), sums.count()),
                clusters - 1.0,
                Math.max(entities, clusters));
    }

    static double variance(int clusters, double squaredResiduals, double count) {
        return clusters < 2
                ? Double.POSITIVE_INFINITY
                : clusters / (clusters - 1.0) * squaredResiduals / (count * count);
    }

    /** Returns the square root of the variance. */
    public double standardError() {
        return Math.sqrt(variance);
    }

    /** Returns what one entity contributes to the variance of the mean. */
    double variancePerEntity() {
        return variance * entities;
    }

    Estimate withVariance(double variance) {
        return new Estimate(mean, variance, degrees, entities);
    }
}
