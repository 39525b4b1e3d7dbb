package io.github.evidently.statistics;

import org.apache.commons.statistics.distribution.NormalDistribution;

/** Computes how many entities an experiment needs to find an effect. */
public final class Power {

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double ENTITIES_MAX = 1e15;

    private Power() {}

    /**
     * The number of entities of each of two equal treatments.
     *
     * @param fixed for one look at the end
     * @param anytime for looks at any time, by the end
     */
    public record Size(double fixed, double anytime) {}

    /**
     * Returns the size of an experiment with two equal treatments.
     *
     * @param effect the effect to be found, in standard deviations of an entity; not 0
     * @param alpha how often an effect is seen where there is none
     * @param power how often the effect is found
     * @throws IllegalArgumentException when more entities are needed than any experiment has
     */
    public static Size size(double effect, double alpha, double power) {
        double fixed = 2
                * Math.pow(
                        (NORMAL.inverseCumulativeProbability(1 - alpha / 2)
                                        + NORMAL.inverseCumulativeProbability(power))
                                / effect,
                        2);
        if (!(fixed < ENTITIES_MAX)) {
            throw new IllegalArgumentException("the effect is too small to be found");
        }
        double low = 2;
        double high = Math.max(4, fixed);
        while (anytimePower(effect, alpha, high) < power) {
            high *= 2;
        }
        // Half an entity is precise enough, and so are twelve digits.
        while (high - low > Math.max(0.5, high * 1e-12)) {
            double middle = (low + high) / 2;
            if (anytimePower(effect, alpha, middle) < power) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new Size(Math.ceil(fixed), Math.ceil(high));
    }

    /** Returns how often the effect is found by the time that each of two treatments has so many entities. */
    static double anytimePower(double effect, double alpha, double entities) {
        double variance = 2 / entities;
        double share = variance / (variance + Comparison.EFFECT_SCALE * Comparison.EFFECT_SCALE);
        double radius = Math.sqrt((Math.log(1 / share) - 2 * Math.log(alpha)) / (1 - share));
        double z = Math.abs(effect) / Math.sqrt(variance);
        return NORMAL.cumulativeProbability(z - radius) + NORMAL.cumulativeProbability(-z - radius);
    }
}
