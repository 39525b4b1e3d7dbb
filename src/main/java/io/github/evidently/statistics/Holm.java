package io.github.evidently.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Adjusts the p-values of several comparisons so that the probability of one wrong finding among all is bounded (Holm,
 * 1979).
 */
public final class Holm {

    private Holm() {}

    /** Returns the adjusted p-values, in the order of the given ones. */
    public static double[] adjust(double... pValues) {
        int[] order = IntStream.range(0, pValues.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> pValues[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] adjusted = new double[pValues.length];
        double largest = 0;
        for (int rank = 0; rank < order.length; rank++) {
            largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues[order[rank]]));
            adjusted[order[rank]] = largest;
        }
        return adjusted;
    }
}
