package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class MomentsTest {

    @Test
    void hasCountMeanAndVariance() {
        Moments moments = of(2, 4, 4, 4, 5, 5, 7, 9);

        assertThat(moments.count()).isEqualTo(8);
        assertThat(moments.mean()).isEqualTo(5);
        assertThat(moments.variance()).isCloseTo(32.0 / 7, within(1e-12));
        assertThat(moments.varianceOfMean()).isCloseTo(4.0 / 7, within(1e-12));
    }

    @Test
    void isTheSameInWhateverPartsItIsAddedUp() {
        Moments parts = of(2, 4).plus(Moments.NONE).plus(of(4, 4, 5).plus(of(5, 7, 9)));

        assertThat(parts.count()).isEqualTo(8);
        assertThat(parts.mean()).isCloseTo(5, within(1e-12));
        assertThat(parts.variance()).isCloseTo(32.0 / 7, within(1e-12));
    }

    /** A sum of squares less the square of the sum would have nothing left of the variance. */
    @Test
    void keepsASmallVarianceOfLargeNumbers() {
        assertThat(of(1e9 + 1, 1e9 + 2, 1e9 + 3).variance()).isCloseTo(1, within(1e-6));
    }

    @Test
    void knowsNoVarianceOfOneSample() {
        assertThat(Moments.NONE.varianceOfMean()).isZero();
        assertThat(of(7).variance()).isZero();
    }

    private static Moments of(double... samples) {
        return DoubleStream.of(samples).boxed().reduce(Moments.NONE, Moments::plus, Moments::plus);
    }
}
