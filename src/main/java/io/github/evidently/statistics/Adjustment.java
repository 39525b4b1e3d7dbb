package io.github.evidently.statistics;

/**
 * A comparison of means per entity, adjusted for what the entities did before the experiment (CUPED, the regression
 * adjustment of Lindon et al. with one covariate).
 *
 * <p>What entities did before cannot depend on the treatment. So the adjusted effect estimates the same quantity, and
 * its variance is smaller by the squared correlation of before and after.
 *
 * @param comparison anytime-valid, of the adjusted means
 * @param slope how much the mean after rises with the mean before
 * @param varianceReduction the share of the effect's variance that the adjustment removes
 */
public record Adjustment(Comparison comparison, double slope, double varianceReduction) {

    /**
     * Adjusts a comparison.
     *
     * @param after for each treatment: as counts the entities, as sums what they did in the experiment
     * @param before for each treatment: as counts the same entities, as sums what they did before
     */
    public static Adjustment of(
            ClusterSums after, ClusterSums before, ClusterSums controlAfter, ClusterSums controlBefore) {
        double covariance = covariance(after, before) + covariance(controlAfter, controlBefore);
        double variance = covariance(before, before) + covariance(controlBefore, controlBefore);
        double slope = variance == 0 ? 0 : covariance / variance;
        double allBefore = (before.sum() + controlBefore.sum()) / (before.count() + controlBefore.count());
        Comparison unadjusted = Comparison.of(after, after.count(), controlAfter, controlAfter.count());
        Comparison adjusted = Comparison.of(
                adjusted(after, before, slope, allBefore),
                after.count(),
                adjusted(controlAfter, controlBefore, slope, allBefore),
                controlAfter.count());
        double ratio = adjusted.standardError() / unadjusted.standardError();
        return new Adjustment(adjusted, slope, unadjusted.standardError() == 0 ? 0 : 1 - ratio * ratio);
    }

    private static double covariance(ClusterSums a, ClusterSums b) {
        double aMean = a.mean();
        double bMean = b.mean();
        double products = 0;
        for (int i = 0; i < ClusterSums.CLUSTERS; i++) {
            products += (a.sum(i) - aMean * a.count(i)) * (b.sum(i) - bMean * b.count(i));
        }
        return products / (a.count() * b.count());
    }

    private static ClusterSums adjusted(ClusterSums after, ClusterSums before, double slope, double mean) {
        ClusterSums adjusted = new ClusterSums();
        for (int i = 0; i < ClusterSums.CLUSTERS; i++) {
            adjusted.add(i, after.count(i), after.sum(i) - slope * (before.sum(i) - mean * before.count(i)));
        }
        return adjusted;
    }
}
