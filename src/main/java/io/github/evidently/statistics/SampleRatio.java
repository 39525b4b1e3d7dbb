package io.github.evidently.statistics;

import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The result of a test whether entities are divided according to the weights. If they are not, something removes
 * entities of one treatment, and no result can be trusted.
 *
 * @param chiSquare Pearson's statistic
 * @param pValue of the χ² test, for one look
 * @param sequentialPValue may be looked at all the time: the multinomial mixture of Lindon and Malek, "Anytime-Valid
 *     Inference For Multinomial Count Data" (arXiv 2011.03567)
 */
public record SampleRatio(double chiSquare, double pValue, double sequentialPValue) {

    /** How strongly the mixture expects ratios near the weights: it looks for deviations of about half a percentage point. */
    private static final double CONCENTRATION = 10_000;

    /**
     * Tests counts against weights.
     *
     * @param counts the numbers of entities by treatment
     * @param weights the weights by treatment, in any unit; entities of a treatment without weight are left out
     */
    public static SampleRatio of(long[] counts, double[] weights) {
        double allWeights = 0;
        long all = 0;
        int treatments = 0;
        for (int i = 0; i < counts.length; i++) {
            if (weights[i] > 0) {
                allWeights += weights[i];
                all += counts[i];
                treatments++;
            }
        }
        if (all == 0 || treatments < 2) {
            return new SampleRatio(0, 1, 1);
        }
        double chiSquare = 0;
        double logOfEvidence = LogGamma.value(CONCENTRATION) - LogGamma.value(CONCENTRATION + all);
        for (int i = 0; i < counts.length; i++) {
            if (weights[i] > 0) {
                double share = weights[i] / allWeights;
                double expected = all * share;
                chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
                logOfEvidence += LogGamma.value(CONCENTRATION * share + counts[i])
                        - LogGamma.value(CONCENTRATION * share)
                        - counts[i] * Math.log(share);
            }
        }
        return new SampleRatio(
                chiSquare,
                ChiSquaredDistribution.of(treatments - 1.0).survivalProbability(chiSquare),
                Math.min(1, Math.exp(-logOfEvidence)));
    }
}
