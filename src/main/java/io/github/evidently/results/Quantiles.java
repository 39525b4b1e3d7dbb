package io.github.evidently.results;

import java.util.Arrays;

/** Keeps some of the values, chosen evenly over time, to determine their quantiles. Not thread-safe. */
final class Quantiles implements TallyOptions {

    /** The maximum number of values of a metric that are kept to find a quantile. */
    private static final int QUANTILE_VALUES_MAX = 50_000;

    private final double[][] values;
    private final int[] sizes;
    private final long[] seen;
    private final long[] steps;

    Quantiles(int metrics) {
        this.values = new double[metrics][QUANTILE_VALUES_MAX];
        this.sizes = new int[metrics];
        this.seen = new long[metrics];
        this.steps = new long[metrics];
        Arrays.fill(steps, 1);
    }

    @Override
    public double value(int metric, double value) {
        if (seen[metric]++ % steps[metric] == 0) {
            if (sizes[metric] == QUANTILE_VALUES_MAX) {
                sizes[metric] /= 2;
                for (int i = 0; i < sizes[metric]; i++) {
                    values[metric][i] = values[metric][2 * i];
                }
                steps[metric] *= 2;
            }
            values[metric][sizes[metric]++] = value;
        }
        return value;
    }

    Cut cut(double quantile) {
        Cut cut = new Cut(values.length);
        for (int metric = 0; metric < values.length; metric++) {
            double[] sorted = Arrays.copyOf(values[metric], sizes[metric]);
            Arrays.sort(sorted);
            if (sorted.length > 0) {
                int upper = (int) Math.ceil(quantile * (sorted.length - 1));
                cut.upper[metric] = sorted[upper];
                cut.lower[metric] = sorted[sorted.length - 1 - upper];
            }
        }
        return cut;
    }

    /** Cuts values beyond two quantiles of their metric, and counts what it cut. */
    static final class Cut implements TallyOptions {

        final double[] lower;
        final double[] upper;
        final long[] samples;
        final double[] amounts;

        private Cut(int metrics) {
            this.lower = new double[metrics];
            this.upper = new double[metrics];
            this.samples = new long[metrics];
            this.amounts = new double[metrics];
        }

        @Override
        public double value(int metric, double value) {
            double cut = Math.clamp(value, lower[metric], upper[metric]);
            if (cut != value) {
                samples[metric]++;
                amounts[metric] += Math.abs(value - cut);
            }
            return cut;
        }
    }
}
