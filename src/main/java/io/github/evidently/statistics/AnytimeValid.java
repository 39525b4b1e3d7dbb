package io.github.evidently.statistics;

/**
 * Computes p-values and intervals that may be looked at after every sample: the mixture of Lindon, Ham, Tingley and
 * Bojinov, "Anytime-Valid Linear Models and Regression Adjusted Causal Inference in Randomized Experiments" (arXiv
 * 2210.08589).
 *
 * <p>The mixture expects effects with a variance of τ². The <em>share</em> is {@code V/(V+τ²)}, with the variance V of
 * the estimated effect. As the degrees of freedom grow, the mixture becomes the normal one of Robbins. A p-value is
 * below α exactly where the interval of coverage 1 - α excludes zero.
 */
public final class AnytimeValid {

    private AnytimeValid() {}

    /**
     * Returns the evidence against "no effect", as the natural logarithm of a Bayes factor.
     *
     * @param t the effect in standard errors
     * @param degrees of freedom of the standard error, above 0
     * @param share above 0, up to 1
     */
    public static double logEvidence(double t, double degrees, double share) {
        double x = t * t / degrees;
        return (Math.log(share) + (degrees + 1) * (Math.log1p(x) - Math.log1p(share * x))) / 2;
    }

    /**
     * Returns the p-value: the probability that the evidence ever becomes as strong without an effect is at most that.
     */
    public static double pValue(double t, double degrees, double share) {
        return Math.min(1, Math.exp(-logEvidence(t, degrees, share)));
    }

    /**
     * Returns half the width of the interval, in standard errors.
     *
     * @param alpha one minus the coverage
     * @return infinite where so few degrees of freedom exclude nothing
     */
    public static double radius(double degrees, double share, double alpha) {
        double logOfQ = (Math.log(share) + 2 * Math.log(alpha)) / (degrees + 1);
        double room = Math.exp(logOfQ) - share;
        return room <= 0 ? Double.POSITIVE_INFINITY : Math.sqrt(degrees * -Math.expm1(logOfQ) / room);
    }
}
