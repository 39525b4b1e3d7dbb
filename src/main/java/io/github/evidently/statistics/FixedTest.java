package io.github.evidently.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Welch's t-test, for one look at a time that was chosen beforehand. An earlier look, or a stop at a good result, makes
 * it invalid.
 */
public final class FixedTest {

    private FixedTest() {}

    /** Returns the two-sided p-value, with the variances by clusters of entities. */
    public static double pValue(ClusterSums treatment, ClusterSums control) {
        return pValue(Estimate.of(treatment, 0), Estimate.of(control, 0));
    }

    /** Returns the two-sided p-value of the difference of two means. */
    static double pValue(Estimate treatment, Estimate control) {
        double variance = treatment.variance() + control.variance();
        double effect = treatment.mean() - control.mean();
        if (variance == 0) {
            return effect == 0 ? 1 : 0;
        }
        if (!Double.isFinite(variance)) {
            return 1;
        }
        return 2
                * TDistribution.of(degrees(treatment, control))
                        .survivalProbability(Math.abs(effect) / Math.sqrt(variance));
    }

    /** Returns the degrees of freedom of the difference (Welch and Satterthwaite). */
    static double degrees(Estimate treatment, Estimate control) {
        double share = treatment.variance() / (treatment.variance() + control.variance());
        return 1 / (share * share / treatment.degrees() + (1 - share) * (1 - share) / control.degrees());
    }
}
