package io.github.evidently.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers that others have published, and those of {@code src/results-test/oracles.py}. */
class OraclesTest {

    private static final JsonNode ORACLES =
            new JsonMapper().readTree(Path.of("src/results-test/oracles.json").toFile());
    private static final Offset<Double> TOLERANCE = within(1e-9);

    /** The example in the README of the R package avlm: n = 100, 8 coefficients, g = 11.58154. */
    @Test
    void agreeWithThePublishedExampleOfAnytimeValidLinearModels() {
        double share = 11.58154 / (11.58154 + 100);
        assertThat(AnytimeValid.radius(92, share, 0.05)).isCloseTo(3.103938, within(1e-6));
        assertThat(AnytimeValid.pValue(10.769, 92, share)).isCloseTo(3.1912e-14, within(5e-18));
    }

    /** The test of confseq, whose numbers are from a reference implementation in R: the normal mixture with v = v_opt = 100. */
    @Test
    void agreeWithTheNormalMixtureOfConfseq() {
        double rho = 12.60056;
        double share = rho / (rho + 100);
        assertThat(AnytimeValid.logEvidence(1, 1e12, share)).isCloseTo(-0.6510052, within(1e-4));
        assertThat(AnytimeValid.logEvidence(1, 1e9, share))
                .isCloseTo((Math.log(share) + 100 / (100 + rho)) / 2, within(1e-7));
        assertThat(AnytimeValid.radius(1e9, share, 0.05) * 10).isCloseTo(30.35209, within(1e-5));
    }

    /** R's {@code t.test(extra ~ group, data = sleep)}: t = -1.8608, df = 17.776, p-value = 0.07939. */
    @Test
    void agreeWithWelchsTestOfR() {
        ClusterSums first = samples(0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0);
        ClusterSums second = samples(1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4);
        assertThat(FixedTest.degrees(Estimate.of(first, 10), Estimate.of(second, 10)))
                .isCloseTo(17.776, within(5e-4));
        assertThat(FixedTest.pValue(first, second)).isCloseTo(0.07939414, within(5e-9));
    }

    /** R's {@code chisq.test(c(89,37,30,28,2), p = c(40,20,20,15,5), rescale.p = TRUE)}: 9.9901, p-value = 0.04059. */
    @Test
    void agreeWithTheChiSquareTestOfR() {
        SampleRatio ratio = SampleRatio.of(new long[] {89, 37, 30, 28, 2}, new double[] {40, 20, 20, 15, 5});
        assertThat(ratio.chiSquare()).isCloseTo(9.9901, within(5e-5));
        assertThat(ratio.pValue()).isCloseTo(0.04059, within(5e-6));
    }

    /** R's {@code p.adjust(c(0.01,0.02,0.03,0.04,0.05), "holm")}. */
    @Test
    void agreeWithHolmsAdjustmentOfR() {
        assertThat(Holm.adjust(0.01, 0.02, 0.03, 0.04, 0.05))
                .containsExactly(new double[] {0.05, 0.08, 0.09, 0.09, 0.09}, TOLERANCE);
        assertThat(Holm.adjust(0.04, 0.01)).containsExactly(new double[] {0.04, 0.02}, TOLERANCE);
    }

    /** NIST's StRD, univariate: NumAcc1 to NumAcc4, made to be hard; the last has eight digits as doubles hold its data. */
    @Test
    void agreeWithTheCertifiedValuesOfNist() {
        assertMoments(10_000_002, 1, 1e-9, 10_000_001, 10_000_003, 10_000_002);
        assertMoments(1.2, 0.1, 1e-9, alternating(1.2, 1.1, 1.3));
        assertMoments(1_000_000.2, 0.1, 1e-9, alternating(1_000_000.2, 1_000_000.1, 1_000_000.3));
        assertMoments(10_000_000.2, 0.1, 1e-8, alternating(10_000_000.2, 10_000_000.1, 10_000_000.3));
    }

    @Test
    void agreeWithTheComparisonsOfTheScript() {
        assertThat(ORACLES.path("comparisons")).hasSize(5);
        for (JsonNode oracle : ORACLES.path("comparisons")) {
            ClusterSums treatment = sums(oracle.path("treatment"));
            ClusterSums control = sums(oracle.path("control"));
            Comparison comparison = Comparison.of(
                    treatment,
                    oracle.path("treatment").path("entities").doubleValue(),
                    control,
                    oracle.path("control").path("entities").doubleValue());
            JsonNode expected = oracle.path("expected");
            assertClose(comparison.effect(), expected.path("effect"));
            assertClose(comparison.standardError(), expected.path("standardError"));
            assertClose(comparison.lower(), expected.path("lower"));
            assertClose(comparison.upper(), expected.path("upper"));
            assertClose(comparison.pValue(), expected.path("pValue"));
            assertClose(FixedTest.pValue(treatment, control), expected.path("fixedPValue"));
            Posterior posterior = Posterior.of(comparison);
            JsonNode believed = expected.path("posterior");
            assertClose(posterior.probabilityOfIncrease(), believed.path("probabilityOfIncrease"));
            assertClose(posterior.probabilityOfDecrease(), believed.path("probabilityOfDecrease"));
            assertClose(posterior.lower(), believed.path("lower"));
            assertClose(posterior.upper(), believed.path("upper"));
            assertClose(posterior.expectedLossOfTreatment(), believed.path("expectedLossOfTreatment"));
            assertClose(posterior.expectedLossOfControl(), believed.path("expectedLossOfControl"));
        }
    }

    @Test
    void agreeWithTheSampleRatiosOfTheScript() {
        assertThat(ORACLES.path("sampleRatios")).hasSize(4);
        for (JsonNode oracle : ORACLES.path("sampleRatios")) {
            SampleRatio ratio = SampleRatio.of(
                    IntStream.range(0, oracle.path("counts").size())
                            .mapToLong(i -> oracle.path("counts").path(i).longValue())
                            .toArray(),
                    doubles(oracle.path("weights")));
            assertClose(ratio.chiSquare(), oracle.path("chiSquare"));
            assertClose(ratio.pValue(), oracle.path("pValue"));
            assertClose(ratio.sequentialPValue(), oracle.path("sequentialPValue"));
        }
    }

    private static void assertClose(double actual, JsonNode expected) {
        assertThat(actual).isCloseTo(expected.doubleValue(), TOLERANCE);
    }

    private static void assertMoments(double mean, double deviation, double tolerance, double... values) {
        Moments moments = Moments.NONE;
        for (double value : values) {
            moments = moments.plus(value);
        }
        assertThat(moments.mean() / mean).isCloseTo(1, within(1e-12));
        assertThat(moments.standardDeviation() / deviation).isCloseTo(1, within(tolerance));
    }

    /** A first value, then 500 pairs of two. */
    private static double[] alternating(double first, double second, double third) {
        double[] values = new double[1001];
        values[0] = first;
        for (int i = 1; i < values.length; i++) {
            values[i] = i % 2 == 1 ? second : third;
        }
        return values;
    }

    private static ClusterSums samples(double... values) {
        ClusterSums sums = new ClusterSums();
        for (int i = 0; i < values.length; i++) {
            sums.add(i, 1, values[i]);
        }
        return sums;
    }

    private static ClusterSums sums(JsonNode oracle) {
        double[] counts = doubles(oracle.path("counts"));
        double[] values = doubles(oracle.path("sums"));
        ClusterSums sums = new ClusterSums();
        for (int i = 0; i < counts.length; i++) {
            sums.add(i, counts[i], values[i]);
        }
        return sums;
    }

    private static double[] doubles(JsonNode list) {
        return IntStream.range(0, list.size())
                .mapToDouble(i -> list.path(i).doubleValue())
                .toArray();
    }
}
