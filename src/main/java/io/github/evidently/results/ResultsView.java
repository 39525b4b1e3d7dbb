package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.metric.MetricGoal.DesiredChange;
import io.github.evidently.statistics.ClusterSums;
import io.github.evidently.statistics.Comparison;
import io.github.evidently.statistics.Estimate;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything known about an experiment's results, as {@code /_evidently/results} returns it. Unknown values are null.
 *
 * @param minutesMissing the minutes until there may be results
 * @param entityWeight how many entities each one that is counted stands for; 1 as long as all are counted
 * @param minutesPerPoint how far apart looks at the results can be
 * @param analysis the requested analysis beyond the results, and its effect
 */
record ResultsView(
        String project,
        String experiment,
        String status,
        @Nullable BigDecimal startTime,
        @Nullable BigDecimal endTime,
        @Nullable BigDecimal analysisCompleteTime,
        long minutesMissing,
        int entityWeight,
        int minutesPerPoint,
        List<MetricView> metrics,
        @Nullable SampleRatioView sampleRatio,
        @Nullable Map<String, Object> analysis) {

    /** The results of one metric. */
    record MetricView(
            String name,
            @Nullable DesiredChange desiredChange,
            List<TreatmentView> treatments,
            Map<String, Long> notCounted,
            Map<String, ExampleView> lastNotCounted) {}

    /** The last custom event that was not counted, for one reason. */
    record ExampleView(long sequence, BigDecimal timestamp, String data) {}

    /**
     * The results of one treatment of a metric.
     *
     * @param entities the number of evaluated entities that were seen in no other treatment
     * @param entitiesWithSamples how many of these have samples
     * @param standardDeviation of the samples
     * @param comparison of the mean per event with the control's
     * @param holmPValue the p-value adjusted for all treatments and metrics of the experiment
     * @param verdict {@code better}, {@code worse} or {@code inconclusive}
     * @param finalPValue of Welch's test, which looks once; only for an experiment that ran to its
     *     {@code analysisCompleteTime}
     * @param perVisitor the value per entity, 0 for those without samples
     * @param conversion the share of entities that have a sample
     * @param points over time
     */
    record TreatmentView(
            String name,
            boolean control,
            long entities,
            long entitiesWithSamples,
            long samples,
            long samplesMissing,
            @Nullable Double sum,
            @Nullable Double mean,
            @Nullable Double standardError,
            @Nullable Double standardDeviation,
            @Nullable LargestView largest,
            @Nullable ComparisonView comparison,
            @Nullable Double holmPValue,
            @Nullable String verdict,
            @Nullable Double finalPValue,
            @Nullable ComparisonView perVisitor,
            @Nullable ComparisonView conversion,
            @Nullable AdjustedView adjusted,
            List<Point> points) {}

    /** The sample with the largest value, and its share of the samples' variance. */
    record LargestView(double value, @Nullable Double varianceShare) {}

    /** A mean, and for a treatment that is not the control the comparison with it. */
    record ComparisonView(
            @Nullable Double mean,
            @Nullable Double standardError,
            @Nullable Double effect,
            @Nullable Double relativeEffect,
            @Nullable Double lowerBound,
            @Nullable Double upperBound,
            @Nullable Double pValue) {

        static ComparisonView of(Comparison comparison) {
            return new ComparisonView(
                    finite(comparison.treatment().mean()),
                    finite(comparison.treatment().standardError()),
                    finite(comparison.effect()),
                    finite(comparison.relativeEffect()),
                    finite(comparison.lower()),
                    finite(comparison.upper()),
                    finite(comparison.pValue()));
        }

        static @Nullable ComparisonView ofControl(ClusterSums sums, double entities) {
            if (sums.count() == 0) {
                return null;
            }
            Estimate estimate = Estimate.of(sums, entities);
            return new ComparisonView(
                    finite(estimate.mean()), finite(estimate.standardError()), null, null, null, null, null);
        }
    }

    /** A comparison per visitor that is adjusted for what the entities did before the experiment. */
    record AdjustedView(ComparisonView comparison, double slope, double varianceReduction) {}

    /** The results at one time. */
    record Point(long time, long samples, @Nullable ComparisonView comparison) {}

    /**
     * Tells whether entities are divided according to the weights.
     *
     * @param inSeveralTreatments entities that were seen in several treatments; the others are counted
     */
    record SampleRatioView(
            Map<String, Long> entities,
            Map<String, Long> weights,
            long inSeveralTreatments,
            double chiSquare,
            double pValue,
            double sequentialPValue) {}

    /** Returns null for a value that JSON has no number for. */
    static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** Returns the response for an experiment that was not started. */
    static ResultsView notStarted(Experiment experiment) {
        return new ResultsView(
                experiment.project(),
                experiment.name(),
                experiment.status().name(),
                null,
                null,
                null,
                ExperimentResults.RUN_MIN.toMinutes(),
                1,
                1,
                List.of(),
                null,
                null);
    }
}
