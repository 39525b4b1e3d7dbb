package io.github.evidently.lifecycle;

import java.math.BigDecimal;
import java.util.Map;

/**
 * A share of the traffic, the sum of weights.
 *
 * @param weight in thousandths of a percent
 */
public record Share(long weight) {

    private static final long PERCENT_LOOK_MAX = 100;

    /** Returns the sum of the weights. */
    public static Share of(Map<String, Long> weights) {
        return new Share(weights.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Tells whether it is so small that the weights were most likely meant as percent. */
    public boolean looksLikePercent() {
        return weight > 0 && weight <= PERCENT_LOOK_MAX;
    }

    /** Returns the share in percent, with three decimals. */
    public BigDecimal percent() {
        return BigDecimal.valueOf(weight, 3);
    }
}
