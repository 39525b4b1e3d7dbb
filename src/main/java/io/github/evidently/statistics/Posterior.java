package io.github.evidently.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The posterior distribution of the difference of two means, with a flat prior. With so many samples the posterior of a
 * mean is practically normal.
 *
 * @param probabilityOfDecrease that the treatment's mean is at least 3 % below the control's
 * @param probabilityOfIncrease that the treatment's mean is at least 3 % above the control's
 * @param probabilityOfNoChange that it is neither
 * @param mean of the difference
 * @param lower of the central 95 % of the difference
 * @param upper of the central 95 % of the difference
 * @param expectedLossOfTreatment what choosing the treatment costs on average, if the control's mean is higher
 * @param expectedLossOfControl what choosing the control costs on average, if the treatment's mean is higher
 */
public record Posterior(
        double probabilityOfDecrease,
        double probabilityOfIncrease,
        double probabilityOfNoChange,
        double mean,
        double lower,
        double upper,
        double expectedLossOfTreatment,
        double expectedLossOfControl) {

    /** How much a mean must differ from the control's to count as a change (AWS's user guide). */
    private static final double CHANGE_MIN = 0.03;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Returns the posterior of a treatment compared with the control, with the variances of the comparison. */
    public static Posterior of(Comparison comparison) {
        Estimate treatment = comparison.treatment();
        Estimate control = comparison.control();
        double change = Math.copySign(CHANGE_MIN, control.mean());
        double increase = probabilityAboveZero(1, treatment, -1 - change, control);
        double decrease = probabilityAboveZero(-1, treatment, 1 - change, control);
        double effect = comparison.effect();
        double deviation = comparison.standardError();
        double halfWidth = NORMAL.inverseCumulativeProbability(0.975) * deviation;
        return new Posterior(
                decrease,
                increase,
                Math.max(0, 1 - increase - decrease),
                effect,
                effect - halfWidth,
                effect + halfWidth,
                expectedExcess(-effect, deviation),
                expectedExcess(effect, deviation));
    }

    private static double probabilityAboveZero(double factor, Estimate estimate, double otherFactor, Estimate other) {
        double mean = factor * estimate.mean() + otherFactor * other.mean();
        double variance = factor * factor * estimate.variance() + otherFactor * otherFactor * other.variance();
        if (variance == 0) {
            return mean > 0 ? 1 : 0;
        }
        return NORMAL.cumulativeProbability(mean / Math.sqrt(variance));
    }

    /** Returns the mean of the part of a normal variable above zero. */
    private static double expectedExcess(double mean, double deviation) {
        if (deviation == 0) {
            return Math.max(0, mean);
        }
        double z = mean / deviation;
        return deviation * NORMAL.density(z) + mean * NORMAL.cumulativeProbability(z);
    }
}
