package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.metric.MetricGoal.DesiredChange;
import io.github.evidently.results.ExperimentTally.Outcomes;
import io.github.evidently.results.ResultsView.AdjustedView;
import io.github.evidently.results.ResultsView.ComparisonView;
import io.github.evidently.results.ResultsView.ExampleView;
import io.github.evidently.results.ResultsView.LargestView;
import io.github.evidently.results.ResultsView.MetricView;
import io.github.evidently.results.ResultsView.Point;
import io.github.evidently.results.ResultsView.SampleRatioView;
import io.github.evidently.results.ResultsView.TreatmentView;
import io.github.evidently.statistics.ClusterSums;
import io.github.evidently.statistics.Comparison;
import io.github.evidently.statistics.Estimate;
import io.github.evidently.statistics.FixedTest;
import io.github.evidently.statistics.Holm;
import io.github.evidently.statistics.Moments;
import io.github.evidently.statistics.SampleRatio;
import io.github.evidently.wire.EpochSeconds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts the counts of a tally to a view. */
final class ResultsViewMaker {

    private static final int POINTS_MAX = 200;

    private final Experiment experiment;
    private final Execution execution;
    private final ExperimentTally tally;
    private final Instant now;
    private final List<String> names;
    private final int control;
    private final EntityCounts entities;
    private final int weight;

    /** The index of a group's first treatment. */
    private final int offset;

    ResultsViewMaker(Experiment experiment, Execution execution, ExperimentTally tally, Instant now, int group) {
        this.experiment = experiment;
        this.execution = execution;
        this.tally = tally;
        this.now = now;
        this.names = experiment.treatments().stream().map(Treatment::name).toList();
        this.control = names.indexOf(experiment.controlTreatmentName());
        this.entities = tally.entities();
        this.weight = tally.assignments.weight();
        this.offset = group * names.size();
    }

    /**
     * Returns the view.
     *
     * @param only the metric to be shown; null for all
     * @param adjusted by metric and treatment; null for none
     */
    ResultsView view(
            @Nullable String only,
            @Nullable AdjustedView @Nullable [][] adjusted,
            @Nullable Map<String, Object> analysis) {
        Instant due = execution.startedTime().plus(ExperimentResults.RUN_MIN);
        Instant complete = experiment.analysisCompleteTime();
        Instant ended = execution.endedTime();
        return new ResultsView(
                experiment.project(),
                experiment.name(),
                experiment.status().name(),
                EpochSeconds.withMillis(execution.startedTime()),
                ended == null ? null : EpochSeconds.withMillis(ended),
                complete == null ? null : EpochSeconds.withMillis(complete),
                Math.max(0, Math.ceilDiv(Duration.between(now, due).toSeconds(), 60)),
                weight,
                tally.slices.widthMinutes(),
                metrics(only, adjusted),
                sampleRatio(),
                analysis);
    }

    /** Returns the metrics, with p-values that are adjusted for all of them, shown or not. */
    List<MetricView> metrics(@Nullable String only, @Nullable AdjustedView @Nullable [][] adjusted) {
        int metricCount = experiment.metricGoals().size();
        @Nullable Comparison[][] comparisons = new Comparison[metricCount][names.size()];
        List<Double> pValues = new ArrayList<>();
        for (int metric = 0; metric < metricCount; metric++) {
            Slices.Total ofControl = total(metric, control);
            for (int treatment = 0; treatment < names.size(); treatment++) {
                Slices.Total total = total(metric, treatment);
                if (treatment != control && areEnough(total, ofControl)) {
                    Comparison comparison = compare(total, ofControl);
                    comparisons[metric][treatment] = comparison;
                    pValues.add(comparison.pValue());
                }
            }
        }
        double[] holm =
                Holm.adjust(pValues.stream().mapToDouble(Double::doubleValue).toArray());
        Outcomes outcomes = tally.outcomes();
        List<MetricView> views = new ArrayList<>();
        int place = 0;
        for (int metric = 0; metric < metricCount; metric++) {
            List<TreatmentView> treatments = new ArrayList<>();
            for (int treatment = 0; treatment < names.size(); treatment++) {
                Comparison comparison = comparisons[metric][treatment];
                Double holmPValue = comparison == null ? null : holm[place++];
                treatments.add(treatment(
                        metric,
                        treatment,
                        comparison,
                        holmPValue,
                        adjusted == null ? null : adjusted[metric][treatment]));
            }
            String name =
                    experiment.metricGoals().get(metric).metricDefinition().name();
            if (only == null || only.equals(name)) {
                views.add(new MetricView(
                        name,
                        experiment.metricGoals().get(metric).desiredChange(),
                        treatments,
                        notCounted(outcomes, metric),
                        examples(outcomes, metric)));
            }
        }
        return views;
    }

    private Slices.Total total(int metric, int treatment) {
        return tally.total(metric, offset + treatment, 0, Slices.SLICES_MAX);
    }

    private static boolean areEnough(Slices.Total total, Slices.Total ofControl) {
        return total.samples() >= ExperimentResults.SAMPLES_MIN && ofControl.samples() >= ExperimentResults.SAMPLES_MIN;
    }

    private static Comparison compare(Slices.Total total, Slices.Total ofControl) {
        return Comparison.of(total.sums(), total.entities(), ofControl.sums(), ofControl.entities());
    }

    private TreatmentView treatment(
            int metric,
            int treatment,
            @Nullable Comparison comparison,
            @Nullable Double holmPValue,
            @Nullable AdjustedView adjusted) {
        Slices.Total total = total(metric, treatment);
        Slices.Total ofControl = total(metric, control);
        boolean hasSamples = total.samples() > 0;
        Moments moments = tally.moments[metric][offset + treatment];
        ClusterSums converted = entities.converted[metric][offset + treatment];
        Estimate estimate = hasSamples ? Estimate.of(total.sums(), total.entities()) : null;
        boolean isFinal = comparison != null && ExperimentResults.ranToTheEnd(experiment, execution, now);
        return new TreatmentView(
                names.get(treatment),
                treatment == control,
                entities.evaluated[offset + treatment] * weight,
                Math.round(converted.sum()) * weight,
                total.samples(),
                Math.max(0, ExperimentResults.SAMPLES_MIN - total.samples()),
                hasSamples ? ResultsView.finite(total.sums().sum()) : null,
                estimate == null ? null : ResultsView.finite(estimate.mean()),
                estimate == null ? null : ResultsView.finite(estimate.standardError()),
                hasSamples ? ResultsView.finite(moments.standardDeviation()) : null,
                hasSamples ? largest(moments, tally.largest[metric][offset + treatment]) : null,
                comparison == null ? null : ComparisonView.of(comparison),
                holmPValue,
                comparison == null ? null : verdict(metric, comparison),
                isFinal ? ResultsView.finite(FixedTest.pValue(total.sums(), ofControl.sums())) : null,
                perVisitor(metric, treatment),
                conversion(metric, treatment),
                adjusted,
                points(metric, treatment));
    }

    private static LargestView largest(Moments moments, double largest) {
        double distance = largest - moments.mean();
        return new LargestView(largest, ResultsView.finite(distance * distance / moments.squares()));
    }

    private String verdict(int metric, Comparison comparison) {
        if (!comparison.isSignificant()) {
            return "inconclusive";
        }
        boolean wantsLess = experiment.metricGoals().get(metric).desiredChange() == DesiredChange.DECREASE;
        return comparison.effect() > 0 == wantsLess ? "worse" : "better";
    }

    private @Nullable ComparisonView perVisitor(int metric, int treatment) {
        return perEntity(
                tally.perVisitor(entities, metric, offset + treatment),
                tally.perVisitor(entities, metric, offset + control),
                treatment);
    }

    private @Nullable ComparisonView conversion(int metric, int treatment) {
        return perEntity(
                entities.converted[metric][offset + treatment],
                entities.converted[metric][offset + control],
                treatment);
    }

    /** Returns means per entity, from sums whose counts are entities. */
    private @Nullable ComparisonView perEntity(ClusterSums sums, ClusterSums ofControl, int treatment) {
        if (treatment == control) {
            return ComparisonView.ofControl(sums, sums.count());
        }
        if (sums.count() < ExperimentResults.SAMPLES_MIN || ofControl.count() < ExperimentResults.SAMPLES_MIN) {
            return null;
        }
        return ComparisonView.of(Comparison.of(sums, sums.count(), ofControl, ofControl.count()));
    }

    private List<Point> points(int metric, int treatment) {
        int slices = Math.min(Slices.SLICES_MAX, tally.slices.index(tally.lastSample) + 1);
        int step = Math.ceilDiv(slices, POINTS_MAX);
        List<Point> points = new ArrayList<>();
        Slices.Total total = new Slices.Total();
        Slices.Total ofControl = new Slices.Total();
        long before = 0;
        for (int from = 0; from < slices; from += step) {
            int to = Math.min(slices, from + step);
            tally.addTo(total, metric, offset + treatment, from, to);
            tally.addTo(ofControl, metric, offset + control, from, to);
            if (total.samples() == before) {
                continue;
            }
            before = total.samples();
            ComparisonView view = null;
            if (treatment == control) {
                view = ComparisonView.ofControl(total.sums(), total.entities());
            } else if (areEnough(total, ofControl)) {
                view = ComparisonView.of(compare(total, ofControl));
            }
            points.add(new Point(Duration.ofMillis(tally.slices.start(to)).toSeconds(), before, view));
        }
        return points;
    }

    private static Map<String, Long> notCounted(Outcomes outcomes, int metric) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.COUNTED) {
                counts.put(outcome.text(), outcomes.counts()[metric][outcome.index()]);
            }
        }
        return counts;
    }

    private static Map<String, ExampleView> examples(Outcomes outcomes, int metric) {
        Map<String, ExampleView> examples = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            Example example = outcomes.examples()[metric][outcome.index()];
            if (example != null && outcome != Outcome.COUNTED) {
                examples.put(
                        outcome.text(),
                        new ExampleView(
                                example.sequence(),
                                EpochSeconds.withMillis(Instant.ofEpochMilli(example.timestamp())),
                                example.data()));
            }
        }
        return examples;
    }

    private SampleRatioView sampleRatio() {
        long[] counts = new long[names.size()];
        double[] weights = new double[names.size()];
        Map<String, Long> byName = new LinkedHashMap<>();
        Map<String, Long> weightsByName = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            long share = experiment.treatmentWeights().getOrDefault(names.get(i), 0L);
            counts[i] = entities.evaluated[offset + i];
            weights[i] = share;
            byName.put(names.get(i), counts[i] * weight);
            weightsByName.put(names.get(i), share);
        }
        SampleRatio ratio = SampleRatio.of(counts, weights);
        return new SampleRatioView(
                byName,
                weightsByName,
                entities.mixed * weight,
                ratio.chiSquare(),
                ratio.pValue(),
                ratio.sequentialPValue());
    }
}
