package io.github.evidently.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class MomentsTest {

    @Test
    void hasCountMeanAndVariance() {
        Moments moments = of(2, 4, 4, 4, 5, 5, 7, 9);

        assertThat(moments.count()).isEqualTo(8);
        assertThat(moments.mean()).isEqualTo(5);
        assertThat(moments.variance()).isCloseTo(32.0 / 7, within(1e-12));
    }

    /** A sum of squares less the square of the sum would have nothing left of the variance. */
    @Test
    void keepsASmallVarianceOfLargeNumbers() {
        assertThat(of(1e9 + 1, 1e9 + 2, 1e9 + 3).variance()).isCloseTo(1, within(1e-6));
    }

    @Test
    void knowsNoVarianceOfOneValue() {
        assertThat(Moments.NONE.variance()).isZero();
        assertThat(of(7).standardDeviation()).isZero();
    }

    private static Moments of(double... values) {
        Moments moments = Moments.NONE;
        for (double value : values) {
            moments = moments.plus(value);
        }
        return moments;
    }
}
