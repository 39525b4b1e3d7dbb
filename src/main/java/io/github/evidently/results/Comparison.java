package io.github.evidently.results;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A treatment beside the control. The confidence interval and the p-value may be looked at after every sample without
 * being wrong more often than they say: AWS cites Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences" (2021), without its formula; here it is the normal mixture (ADR 32), with the
 * variances taken from the samples, of which there must be some (see {@link ExperimentResults}).
 *
 * @param effect the treatment's mean less the control's
 * @param lower of the 95 % confidence interval of the effect
 * @param upper of the 95 % confidence interval of the effect
 * @param pValue how likely such an effect is by chance, 0 to 1
 */
record Comparison(double effect, double lower, double upper, double pValue) {

    private static final double ALPHA = 0.05;

    /** The standard deviation of the effects that the mixture looks for, in those of a sample. */
    private static final double EFFECT_SCALE = 0.1;

    /** By how much a mean must differ from the control's to count as a change (AWS's user guide). */
    private static final double CHANGE_MIN = 0.03;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    /** Model shape {@code ExperimentReport}, what its content says; each is a probability. */
    record Bayesian(double probabilityOfDecrease, double probabilityOfIncrease, double probabilityOfNoChange) {}

    static Comparison of(Moments treatment, Moments control) {
        double effect = treatment.mean() - control.mean();
        double variance = treatment.varianceOfMean() + control.varianceOfMean();
        if (variance == 0) {
            return new Comparison(effect, effect, effect, effect == 0 ? 1 : 0);
        }
        double pooled = (treatment.squares() + control.squares()) / (treatment.count() + control.count() - 2);
        double prior = EFFECT_SCALE * EFFECT_SCALE * pooled;
        // Ratios first: products of small variances would be 0.
        double share = prior / (variance + prior);
        double logOfRatio = Math.log1p(prior / variance) / 2;
        double halfWidth = Math.sqrt(2 * variance / share * (Math.log(1 / ALPHA) + logOfRatio));
        double logOfEvidence = share * effect * effect / variance / 2 - logOfRatio;
        return new Comparison(effect, effect - halfWidth, effect + halfWidth, Math.min(1, Math.exp(-logOfEvidence)));
    }

    /** The p-value for one look at all samples, by Welch's t-test. */
    static double finalPValue(Moments treatment, Moments control) {
        double ofTreatment = treatment.varianceOfMean();
        double ofControl = control.varianceOfMean();
        double variance = ofTreatment + ofControl;
        double effect = treatment.mean() - control.mean();
        if (variance == 0) {
            return effect == 0 ? 1 : 0;
        }
        double share = ofTreatment / variance;
        double degrees =
                1 / (share * share / (treatment.count() - 1) + (1 - share) * (1 - share) / (control.count() - 1));
        return 2 * TDistribution.of(degrees).survivalProbability(Math.abs(effect) / Math.sqrt(variance));
    }

    /**
     * How the means differ, after the samples and without an opinion before them. Given so many samples the posterior
     * of a mean is as good as normal.
     */
    static Bayesian bayesian(Moments treatment, Moments control) {
        double change = Math.copySign(CHANGE_MIN, control.mean());
        double increase = probabilityOf(1, treatment, -1 - change, control);
        double decrease = probabilityOf(-1, treatment, 1 - change, control);
        return new Bayesian(decrease, increase, Math.max(0, 1 - increase - decrease));
    }

    /** That such a combination of the true means is above zero. */
    private static double probabilityOf(double factor, Moments moments, double otherFactor, Moments others) {
        double mean = factor * moments.mean() + otherFactor * others.mean();
        double variance =
                factor * factor * moments.varianceOfMean() + otherFactor * otherFactor * others.varianceOfMean();
        if (variance == 0) {
            return mean > 0 ? 1 : 0;
        }
        return NORMAL.cumulativeProbability(mean / Math.sqrt(variance));
    }
}
