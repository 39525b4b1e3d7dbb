package io.github.evidently.statistics;

/**
 * The number of values, their mean, and the sum of their squared distances from it. It adds up by the formulas of
 * Welford and Chan, which stay exact where a sum of squares would not.
 */
public record Moments(long count, double mean, double squares) {

    /** No values. */
    public static final Moments NONE = new Moments(0, 0, 0);

    /** Returns the moments with one value more. */
    public Moments plus(double value) {
        long sum = count + 1;
        double distance = value - mean;
        double newMean = mean + distance / sum;
        return new Moments(sum, newMean, squares + distance * (value - newMean));
    }

    /** Returns the unbiased estimate; 0 for fewer than two values. */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** Returns the square root of the variance. */
    public double standardDeviation() {
        return Math.sqrt(variance());
    }
}
