package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.evidently.results.Comparison.Bayesian;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final Moments CONTROL = moments(500, 10, 4);
    private static final Moments TREATMENT = moments(400, 10.6, 9);

    /** The numbers were computed by the formulas of ADR 32, apart from this code. */
    @Test
    void hasAnIntervalAndAPValueOfTheNormalMixture() {
        Comparison few = Comparison.of(TREATMENT, CONTROL);
        assertThat(few.effect()).isCloseTo(0.6, within(1e-9));
        assertThat(few.lower()).isCloseTo(0.031794248988, within(1e-9));
        assertThat(few.upper()).isCloseTo(1.168205751012, within(1e-9));
        assertThat(few.pValue()).isCloseTo(0.033229400892, within(1e-9));

        Comparison many = Comparison.of(moments(5000, 10.3, 9), moments(5000, 10, 4));
        assertThat(many.lower()).isCloseTo(0.141851926429, within(1e-9));
        assertThat(many.upper()).isCloseTo(0.458148073571, within(1e-9));
        assertThat(many.pValue()).isCloseTo(3.019623e-7, within(1e-12));
    }

    /** The density of Student's t was integrated apart from this code. */
    @Test
    void hasTheLastPValueOfWelchsTest() {
        assertThat(Comparison.finalPValue(TREATMENT, CONTROL)).isCloseTo(0.000627992308, within(1e-9));
        assertThat(Comparison.finalPValue(moments(120, 3, 5), moments(100, 2.6, 2)))
                .isCloseTo(0.108774093434, within(1e-9));
    }

    @Test
    void hasTheProbabilitiesOfAChangeByThreePercent() {
        Bayesian bayesian = Comparison.bayesian(TREATMENT, CONTROL);
        assertThat(bayesian.probabilityOfIncrease()).isCloseTo(0.955831625942, within(1e-9));
        assertThat(bayesian.probabilityOfDecrease()).isCloseTo(1.030231e-7, within(1e-12));
        assertThat(bayesian.probabilityOfNoChange()).isCloseTo(0.044168271035, within(1e-9));

        // Of negative means an increase is towards zero.
        Bayesian negative = Comparison.bayesian(moments(400, -10.6, 9), moments(500, -10, 4));
        assertThat(negative.probabilityOfDecrease()).isCloseTo(0.955831625942, within(1e-9));
    }

    @Test
    void isCertainWhereNothingVaries() {
        assertThat(Comparison.of(moments(100, 2, 0), moments(100, 1, 0))).isEqualTo(new Comparison(1, 1, 1, 0));
        assertThat(Comparison.of(moments(100, 1, 0), moments(100, 1, 0))).isEqualTo(new Comparison(0, 0, 0, 1));
        assertThat(Comparison.finalPValue(moments(100, 2, 0), moments(100, 1, 0)))
                .isZero();
        assertThat(Comparison.finalPValue(moments(100, 1, 0), moments(100, 1, 0)))
                .isOne();
        assertThat(Comparison.bayesian(moments(100, 2, 0), moments(100, 1, 0))).isEqualTo(new Bayesian(0, 1, 0));
        assertThat(Comparison.bayesian(moments(100, 0, 0), moments(100, 0, 0))).isEqualTo(new Bayesian(0, 0, 1));
        assertThat(Comparison.bayesian(moments(100, 1, 0), moments(100, 2, 0))).isEqualTo(new Bayesian(1, 0, 0));
    }

    /** What the usual test does not do: look after every ten samples, and be wrong in no more than 5 of 100 experiments. */
    @Test
    void maySeeNothingWhereThereIsNothing() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        int experiments = 400;
        int wrong = 0;
        int wrongByWelch = 0;
        for (int experiment = 0; experiment < experiments; experiment++) {
            Moments treatment = Moments.NONE;
            Moments control = Moments.NONE;
            boolean seen = false;
            boolean seenByWelch = false;
            for (int sample = 1; sample <= 2_000; sample++) {
                treatment = treatment.plus(random.nextExponential());
                control = control.plus(random.nextExponential());
                if (sample >= ExperimentResults.SAMPLES_MIN && sample % 10 == 0) {
                    Comparison comparison = Comparison.of(treatment, control);
                    assertThat(comparison.pValue() < 0.05).isEqualTo(comparison.lower() > 0 || comparison.upper() < 0);
                    seen |= comparison.pValue() < 0.05;
                    seenByWelch |= Comparison.finalPValue(treatment, control) < 0.05;
                }
            }
            wrong += seen ? 1 : 0;
            wrongByWelch += seenByWelch ? 1 : 0;
        }
        assertThat(wrong).isLessThanOrEqualTo(experiments / 20);
        assertThat(wrongByWelch).isGreaterThan(experiments / 10);
    }

    @Test
    void seesAnEffectThatIsThere() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        Moments treatment = Moments.NONE;
        Moments control = Moments.NONE;
        for (int sample = 0; sample < 5_000; sample++) {
            treatment = treatment.plus(random.nextGaussian(10.2, 1));
            control = control.plus(random.nextGaussian(10, 1));
        }
        Comparison comparison = Comparison.of(treatment, control);
        assertThat(comparison.pValue()).isLessThan(0.001);
        assertThat(comparison.lower()).isBetween(0.0, 0.2);
        assertThat(comparison.upper()).isBetween(0.2, 0.4);
    }

    private static Moments moments(long count, double mean, double variance) {
        return new Moments(count, mean, variance * (count - 1));
    }
}
