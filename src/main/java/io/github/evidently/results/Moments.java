package io.github.evidently.results;

/**
 * How many samples there are, their mean, and the sum of their squared distances from it: what every statistic here is
 * made of. Added up by the formulas of Welford and Chan, which stay exact where a sum of squares would not.
 */
record Moments(long count, double mean, double squares) {

    static final Moments NONE = new Moments(0, 0, 0);

    Moments plus(double sample) {
        return plus(new Moments(1, sample, 0));
    }

    Moments plus(Moments other) {
        if (count == 0) {
            return other;
        }
        if (other.count == 0) {
            return this;
        }
        long sum = count + other.count;
        double distance = other.mean - mean;
        return new Moments(
                sum,
                mean + distance * other.count / sum,
                squares + other.squares + distance * distance * count * other.count / sum);
    }

    /** The unbiased estimate; 0 for fewer than two samples. */
    double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** Of the mean, as an estimate. */
    double varianceOfMean() {
        return count == 0 ? 0 : variance() / count;
    }
}
