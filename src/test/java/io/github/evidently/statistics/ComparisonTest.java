package io.github.evidently.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    /** Fisher's exact test says p = .244; without a floor it was .00086. */
    @Test
    void seesNothingInNoneOfAHundredBesideEighteenOfNineHundred() {
        Comparison comparison = Comparison.of(conversions(100, 0), 100, conversions(900, 18), 900);

        assertThat(comparison.pValue()).isGreaterThan(0.2);
        assertThat(comparison.lower()).isNegative();
        assertThat(comparison.upper()).isPositive();
    }

    @Test
    void hasAPValueThatAgreesWithTheInterval() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        int significant = 0;
        for (int i = 0; i < 500; i++) {
            double effect = random.nextDouble() * 0.3;
            Comparison comparison = Comparison.of(normal(random, 300, effect), 300, normal(random, 500, 0), 500);
            boolean excludesZero = comparison.lower() > 0 || comparison.upper() < 0;
            assertThat(comparison.pValue() < 0.05).isEqualTo(excludesZero).isEqualTo(comparison.isSignificant());
            significant += excludesZero ? 1 : 0;
        }
        assertThat(significant).isBetween(50, 450);
    }

    @Test
    void isCertainWhereNothingVaries() {
        Comparison same = Comparison.of(conversions(100, 100), 100, conversions(100, 100), 100);
        assertThat(same.pValue()).isOne();
        assertThat(same.lower()).isZero();
        assertThat(same.upper()).isZero();
        assertThat(Posterior.of(same).probabilityOfNoChange()).isOne();
        assertThat(Posterior.of(same).expectedLossOfTreatment()).isZero();

        // A floor under both, as they vary together.
        Comparison different = Comparison.of(conversions(100, 100), 100, conversions(100, 0), 100);
        assertThat(different.pValue()).isLessThan(1e-6);
        assertThat(different.lower()).isBetween(0.5, 1.0);
        assertThat(different.relativeEffect()).isNaN();
    }

    @Test
    void isUnboundedWhereSamplesAreFromTooFewEntities() {
        ClusterSums one = new ClusterSums();
        one.add(3, 1_000, 5_000);
        ClusterSums two = new ClusterSums();
        two.add(4, 500, 100);
        two.add(5, 500, 200);

        Comparison comparison = Comparison.of(one, 1, two, 2);
        assertThat(comparison.isBounded()).isFalse();
        assertThat(comparison.pValue()).isOne();
        assertThat(FixedTest.pValue(one, two)).isOne();
        assertThat(Comparison.of(two, 2, two, 2).isBounded()).isFalse();
    }

    /** CUPED: half of the variance was there before. */
    @Test
    void isNarrowerWhereItIsAdjustedForWhatWasBefore() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        ClusterSums[] after = {new ClusterSums(), new ClusterSums()};
        ClusterSums[] before = {new ClusterSums(), new ClusterSums()};
        for (int i = 0; i < 20_000; i++) {
            int cluster = random.nextInt(ClusterSums.CLUSTERS);
            double own = random.nextGaussian(5, 1);
            before[i % 2].add(cluster, 1, own);
            after[i % 2].add(cluster, 1, own + random.nextGaussian(i % 2 == 1 ? 0.1 : 0, 1));
        }

        Comparison plain = Comparison.of(after[1], 10_000, after[0], 10_000);
        Adjustment adjustment = Adjustment.of(after[1], before[1], after[0], before[0]);

        assertThat(adjustment.slope()).isCloseTo(1, within(0.15));
        assertThat(adjustment.varianceReduction()).isBetween(0.4, 0.6);
        assertThat(adjustment.comparison().standardError()).isLessThan(0.8 * plain.standardError());
        assertThat(adjustment.comparison().lower()).isLessThan(0.1);
        assertThat(adjustment.comparison().upper()).isGreaterThan(0.1);
        assertThat(adjustment.comparison().pValue()).isLessThan(0.001);
    }

    /** Both sides of the χ² test and of the sequential one. */
    @Test
    void seesASampleRatioThatIsNotThatOfTheWeights() {
        double[] weights = {50_000, 50_000};
        assertThat(SampleRatio.of(new long[] {5_030, 4_970}, weights).sequentialPValue())
                .isEqualTo(1);
        assertThat(SampleRatio.of(new long[] {5_300, 4_700}, weights).sequentialPValue())
                .isLessThan(0.001);
        assertThat(SampleRatio.of(new long[] {5_300, 4_700}, weights).pValue()).isLessThan(1e-8);
        assertThat(SampleRatio.of(new long[] {0, 0}, weights)).isEqualTo(new SampleRatio(0, 1, 1));
        assertThat(SampleRatio.of(new long[] {100, 3}, new double[] {1, 0})).isEqualTo(new SampleRatio(0, 1, 1));
    }

    /** R's {@code power.t.test(delta = 0.1, power = 0.8)} has 1,570.7 with the t-distribution. */
    @Test
    void tellsHowManyEntitiesAnEffectNeeds() {
        Power.Size size = Power.size(0.1, 0.05, 0.8);
        assertThat(size.fixed()).isEqualTo(1_570);
        assertThat(size.anytime()).isBetween(2_500.0, 3_200.0);
        assertThat(Power.anytimePower(0.1, 0.05, size.anytime())).isCloseTo(0.8, within(1e-3));
        assertThat(Power.size(-0.1, 0.05, 0.8)).isEqualTo(size);
        assertThatIllegalArgumentException().isThrownBy(() -> Power.size(1e-9, 0.05, 0.8));
    }

    private static ClusterSums conversions(int entities, int converted) {
        ClusterSums sums = new ClusterSums();
        for (int i = 0; i < entities; i++) {
            sums.add(i * 7 % ClusterSums.CLUSTERS, 1, i < converted ? 1 : 0);
        }
        return sums;
    }

    private static ClusterSums normal(RandomGenerator random, int entities, double mean) {
        ClusterSums sums = new ClusterSums();
        for (int i = 0; i < entities; i++) {
            sums.add(random.nextInt(ClusterSums.CLUSTERS), 1, random.nextGaussian(mean, 1));
        }
        return sums;
    }
}
