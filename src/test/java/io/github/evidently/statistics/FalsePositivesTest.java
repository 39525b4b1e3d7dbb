package io.github.evidently.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Experiments in which nothing differs, looked at again and again: at most 5 of 100 may seem to differ. The seeds are fixed.
 *
 * <p>The same experiments are also judged by what was done before, to show that they would have been called different.
 */
class FalsePositivesTest {

    private static final int EXPERIMENTS = 200;
    private static final int SAMPLES_MIN = 100;

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(20_260_131);

    /** Draws the value of a sample, given what its entity has of its own. */
    private interface Values {
        double draw(RandomGenerator random, double own);
    }

    /** One treatment while samples come in. */
    private static final class Treatment {

        private final ClusterSums sums = new ClusterSums();
        private Moments perEvent = Moments.NONE;
        private int entities;

        void add(int cluster, double value, boolean isNew) {
            sums.add(cluster, 1, value);
            perEvent = perEvent.plus(value);
            entities += isNew ? 1 : 0;
        }
    }

    private record Rates(double byEntity, double byEvent) {}

    @Test
    void areFewWithOneSamplePerEntity() {
        for (Values values : new Values[] {
            (r, _) -> r.nextGaussian(),
            (r, _) -> r.nextExponential(),
            (r, _) -> r.nextDouble() < 0.02 ? 1 : 0,
            (r, _) -> Math.exp(r.nextGaussian())
        }) {
            assertThat(onePerEntity(values, 0.5, 2_000).byEntity).isLessThanOrEqualTo(0.05);
        }
    }

    @Test
    void areFewWithOneToFiveEventsPerEntity() {
        assertBetterThanByEvent(manyPerEntity(1_000, 5, 0.5, false), 0.05);
    }

    @Test
    void areFewWithOneToFiftyEventsPerEntity() {
        assertBetterThanByEvent(manyPerEntity(200, 50, 0.3, false), 0.2);
    }

    @Test
    void areFewWithOneEntityAfterAnother() {
        assertBetterThanByEvent(manyPerEntity(200, 50, 0.3, true), 0.6);
    }

    @Test
    void areFewWithZipfActivity() {
        assertBetterThanByEvent(zipf(200, 500, 0.5), 0.4);
    }

    @Test
    void areFewWithRareConversionsInASmallTreatment() {
        assertBetterThanByEvent(onePerEntity((r, _) -> r.nextDouble() < 0.01 ? 1 : 0, 0.1, 10_000), 0.15);
    }

    @Test
    void areFewWithRareRevenueInASmallTreatment() {
        assertBetterThanByEvent(
                onePerEntity((r, _) -> r.nextDouble() < 0.02 ? Math.exp(r.nextGaussian()) * 20 : 0, 0.1, 10_000), 0.12);
    }

    @Test
    void areFewWithHeavyTailsInASmallTreatment() {
        assertBetterThanByEvent(onePerEntity((r, _) -> Math.exp(2 * r.nextGaussian()), 0.1, 10_000), 0.07);
    }

    /** Where a variance of all treatments together would be wrong. */
    @Test
    void areFewWhereTheSmallTreatmentVariesMore() {
        int wrong = 0;
        for (int experiment = 0; experiment < EXPERIMENTS; experiment++) {
            Treatment small = new Treatment();
            Treatment large = new Treatment();
            boolean seen = false;
            for (int i = 0; i < 10_000 && !seen; i++) {
                boolean isSmall = i % 10 == 0;
                (isSmall ? small : large).add(cluster(), random.nextGaussian(0, isSmall ? 3 : 1), true);
                seen = i >= 1_000 && i % 50 == 0 && isSeen(small, large);
            }
            wrong += seen ? 1 : 0;
        }
        assertThat(wrong / (double) EXPERIMENTS).isLessThanOrEqualTo(0.05);
    }

    /** Completed at the first promising of fourteen looks. */
    @Test
    void areFewWhereAnExperimentIsCompletedAtTheFirstPromisingMoment() {
        int wrong = 0;
        int wrongByMinimum = 0;
        for (int experiment = 0; experiment < 600; experiment++) {
            Treatment treatment = new Treatment();
            Treatment control = new Treatment();
            boolean seen = false;
            boolean seenByMinimum = false;
            for (int day = 0; day < 14; day++) {
                for (int i = 0; i < 150; i++) {
                    treatment.add(cluster(), random.nextGaussian(), true);
                    control.add(cluster(), random.nextGaussian(), true);
                }
                seen |= isSeen(treatment, control);
                seenByMinimum |= seen || FixedTest.pValue(treatment.sums, control.sums) < Comparison.ALPHA;
            }
            wrong += seen ? 1 : 0;
            wrongByMinimum += seenByMinimum ? 1 : 0;
        }
        assertThat(wrong / 600.0).isLessThanOrEqualTo(0.05);
        assertThat(wrongByMinimum / 600.0).isGreaterThan(0.15);
    }

    /** With a true effect of 0.1 standard deviations, where a fixed test finds 80 %, the sequential one finds at least 43 %. */
    @Test
    void leavePower() {
        int entities = (int) Power.size(0.1, 0.05, 0.8).fixed();
        int found = 0;
        for (int experiment = 0; experiment < 600; experiment++) {
            Treatment treatment = new Treatment();
            Treatment control = new Treatment();
            boolean seen = false;
            for (int i = 0; i < entities && !seen; i++) {
                treatment.add(cluster(), random.nextGaussian(0.1, 1), true);
                control.add(cluster(), random.nextGaussian(), true);
                seen = i >= SAMPLES_MIN && (i % 50 == 0 || i == entities - 1) && isSeen(treatment, control);
            }
            found += seen ? 1 : 0;
        }
        assertThat(found / 600.0).isGreaterThanOrEqualTo(0.43);
    }

    /** With one sample per entity and equal treatments the interval is, on average, as wide as one by event. */
    @Test
    void costLittleWidthWhereSamplesAreIndependent() {
        for (int entities : new int[] {200, 1_000, 5_000}) {
            double ratios = 0;
            for (int experiment = 0; experiment < 100; experiment++) {
                Treatment treatment = new Treatment();
                Treatment control = new Treatment();
                for (int i = 0; i < entities; i++) {
                    treatment.add(cluster(), random.nextGaussian(), true);
                    control.add(cluster(), random.nextGaussian(), true);
                }
                Comparison comparison = compare(treatment, control);
                double byEvent = treatment.perEvent.variance() / entities + control.perEvent.variance() / entities;
                double pooled = (treatment.perEvent.variance() + control.perEvent.variance()) / 2;
                double width = 2 * normalMixtureRadius(byEvent, pooled) * Math.sqrt(byEvent);
                ratios += (comparison.upper() - comparison.lower()) / width / 100;
            }
            assertThat(ratios).isBetween(0.95, 1.05);
        }
    }

    private static void assertBetterThanByEvent(Rates rates, double byEventMin) {
        assertThat(rates.byEntity).isLessThanOrEqualTo(0.05);
        assertThat(rates.byEvent).isGreaterThan(byEventMin);
    }

    /** @param share of the entities that is in the treatment */
    private Rates onePerEntity(Values values, double share, int entities) {
        return rates(() -> {
            Run run = new Run();
            for (int i = 0; i < entities; i++) {
                run.add(random.nextDouble() < share, cluster(), values.draw(random, 0), true);
            }
            return run;
        });
    }

    /** @param correlation of the samples of an entity */
    private Rates manyPerEntity(int entities, int eventsMax, double correlation, boolean oneAfterAnother) {
        return rates(() -> {
            int[] owners = new int[2 * entities * eventsMax];
            int size = 0;
            for (int entity = 0; entity < 2 * entities; entity++) {
                int events = random.nextInt(1, eventsMax + 1);
                Arrays.fill(owners, size, size + events, entity);
                size += events;
            }
            return run(Arrays.copyOf(owners, size), 2 * entities, correlation, oneAfterAnother);
        });
    }

    private Rates zipf(int entities, int cap, double correlation) {
        return rates(() -> {
            int[] owners = new int[2 * entities * cap];
            int size = 0;
            for (int entity = 0; entity < 2 * entities; entity++) {
                int events = Math.min(cap, (int) (1 / random.nextDouble()));
                Arrays.fill(owners, size, size + events, entity);
                size += events;
            }
            return run(Arrays.copyOf(owners, size), 2 * entities, correlation, false);
        });
    }

    /** @param owners of the events, one entity after another */
    private Run run(int[] owners, int entities, double correlation, boolean oneAfterAnother) {
        if (!oneAfterAnother) {
            for (int i = owners.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int owner = owners[i];
                owners[i] = owners[other];
                owners[other] = owner;
            }
        }
        double[] own = new double[entities];
        int[] clusters = new int[entities];
        boolean[] isTreated = new boolean[entities];
        boolean[] isKnown = new boolean[entities];
        for (int i = 0; i < entities; i++) {
            own[i] = random.nextGaussian(0, Math.sqrt(correlation));
            clusters[i] = cluster();
            isTreated[i] = random.nextBoolean();
        }
        Run run = new Run();
        for (int owner : owners) {
            double value = random.nextGaussian(own[owner], Math.sqrt(1 - correlation));
            run.add(isTreated[owner], clusters[owner], value, !isKnown[owner]);
            isKnown[owner] = true;
        }
        return run;
    }

    /** An experiment that is looked at while it runs, each time that it has a hundredth more samples. */
    private static final class Run {

        private final Treatment treatment = new Treatment();
        private final Treatment control = new Treatment();
        private int events;
        private int nextLook;
        private boolean seen;
        private boolean seenByEvent;

        void add(boolean isTreated, int cluster, double value, boolean isNew) {
            (isTreated ? treatment : control).add(cluster, value, isNew);
            if (++events >= nextLook
                    && treatment.perEvent.count() >= SAMPLES_MIN
                    && control.perEvent.count() >= SAMPLES_MIN) {
                nextLook = events + 1 + events / 100;
                seen = seen || isSeen(treatment, control);
                seenByEvent = seenByEvent || isSeenByEvent(treatment.perEvent, control.perEvent);
            }
        }
    }

    private static Rates rates(Supplier<Run> experiments) {
        int seen = 0;
        int seenByEvent = 0;
        for (int i = 0; i < EXPERIMENTS; i++) {
            Run run = experiments.get();
            seen += run.seen ? 1 : 0;
            seenByEvent += run.seenByEvent ? 1 : 0;
        }
        return new Rates(seen / (double) EXPERIMENTS, seenByEvent / (double) EXPERIMENTS);
    }

    private int cluster() {
        return random.nextInt(ClusterSums.CLUSTERS);
    }

    private static Comparison compare(Treatment treatment, Treatment control) {
        return Comparison.of(treatment.sums, treatment.entities, control.sums, control.entities);
    }

    private static boolean isSeen(Treatment treatment, Treatment control) {
        Comparison comparison = compare(treatment, control);
        boolean excludesZero = comparison.lower() > 0 || comparison.upper() < 0;
        assertThat(comparison.isSignificant()).isEqualTo(excludesZero);
        return excludesZero;
    }

    /** The normal mixture with the plug-in variance by event. */
    private static boolean isSeenByEvent(Moments treatment, Moments control) {
        double variance = treatment.variance() / treatment.count() + control.variance() / control.count();
        double pooled = (treatment.squares() + control.squares()) / (treatment.count() + control.count() - 2);
        double effect = Math.abs(treatment.mean() - control.mean());
        return variance > 0 && effect > normalMixtureRadius(variance, pooled) * Math.sqrt(variance);
    }

    private static double normalMixtureRadius(double variance, double pooled) {
        double prior = 0.01 * pooled;
        return Math.sqrt(
                2 * (variance + prior) / prior * (Math.log(1 / Comparison.ALPHA) + Math.log1p(prior / variance) / 2));
    }
}
