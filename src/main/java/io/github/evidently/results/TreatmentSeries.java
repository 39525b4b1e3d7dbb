package io.github.evidently.results;

import io.github.evidently.results.GetExperimentResultsRequest.ResultStat;
import io.github.evidently.results.GetExperimentResultsResponse.Content;
import io.github.evidently.results.GetExperimentResultsResponse.ResultsData;
import io.github.evidently.results.GetExperimentResultsResponse.Statistic;
import io.github.evidently.statistics.Comparison;
import io.github.evidently.statistics.FixedTest;
import io.github.evidently.statistics.Posterior;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statistics of one treatment, a value for each timestamp. Not thread-safe. */
final class TreatmentSeries {

    private final ExperimentTally tally;
    private final int metric;
    private final String name;
    private final int treatment;
    private final boolean isControl;
    private final Slices.Total total = new Slices.Total();
    private final Map<Statistic, double[]> values = new EnumMap<>(Statistic.class);
    private final Set<Statistic> statistics;
    private @Nullable Comparison comparison;
    private boolean due;

    /**
     * Creates a series without samples.
     *
     * @param isControl whether it is the treatment that the others are compared with
     * @param stats what is requested; null or empty for all
     */
    TreatmentSeries(
            ExperimentTally tally,
            int metric,
            String name,
            int treatment,
            boolean isControl,
            @Nullable List<ResultStat> stats) {
        this.tally = tally;
        this.metric = metric;
        this.name = name;
        this.treatment = treatment;
        this.isControl = isControl;
        this.statistics = statistics(stats);
    }

    String name() {
        return name;
    }

    /** Returns how many samples there are in the slices so far. */
    long samples() {
        return total.samples();
    }

    boolean isControl() {
        return isControl;
    }

    boolean isDue() {
        return due;
    }

    private Set<Statistic> statistics(@Nullable List<ResultStat> stats) {
        Set<Statistic> statistics = EnumSet.noneOf(Statistic.class);
        Set<ResultStat> asked =
                stats == null || stats.isEmpty() ? EnumSet.allOf(ResultStat.class) : EnumSet.copyOf(stats);
        for (ResultStat stat : asked) {
            switch (stat) {
                case BaseStat -> statistics.add(Statistic.Mean);
                case TreatmentEffect -> statistics.add(Statistic.TreatmentEffect);
                case PValue -> statistics.add(Statistic.PValue);
                case ConfidenceInterval -> {
                    statistics.add(Statistic.ConfidenceIntervalUpperBound);
                    statistics.add(Statistic.ConfidenceIntervalLowerBound);
                }
            }
        }
        if (isControl) {
            // The control is not compared with itself.
            statistics.retainAll(EnumSet.of(Statistic.Mean));
        }
        return statistics;
    }

    /** Adds further slices. */
    void look(Slices.Total ofControl, int from, int to) {
        tally.addTo(total, metric, treatment, from, to);
        boolean hasEnough = total.samples() >= ExperimentResults.SAMPLES_MIN
                && ofControl.samples() >= ExperimentResults.SAMPLES_MIN;
        if (hasEnough && !isControl) {
            comparison = compare(ofControl);
            // Once it is, it stays so. If more samples of few entities make the interval infinite again, it is
            // shown so.
            hasEnough = comparison.isBounded();
        }
        due |= hasEnough;
    }

    private Comparison compare(Slices.Total ofControl) {
        return Comparison.of(total.sums(), total.entities(), ofControl.sums(), ofControl.entities());
    }

    void put(int place, int count) {
        for (Statistic statistic : statistics) {
            double[] list = values.computeIfAbsent(statistic, _ -> filled(count));
            if (due) {
                list[place] = value(statistic);
            }
        }
    }

    private static double[] filled(int count) {
        double[] list = new double[count];
        Arrays.fill(list, Double.NaN);
        return list;
    }

    private double value(Statistic statistic) {
        Comparison compared = comparison;
        if (statistic == Statistic.Mean || compared == null) {
            return total.sums().mean();
        }
        return switch (statistic) {
            case Mean -> compared.treatment().mean();
            case TreatmentEffect -> compared.effect();
            case ConfidenceIntervalUpperBound -> compared.upper();
            case ConfidenceIntervalLowerBound -> compared.lower();
            case PValue -> compared.pValue();
        };
    }

    /** @param isFinal whether one look at the end is valid, too */
    Content content(Slices.Total ofControl, boolean isFinal) {
        Posterior posterior = Posterior.of(compare(ofControl));
        return new Content(
                posterior.probabilityOfDecrease(),
                posterior.probabilityOfIncrease(),
                posterior.probabilityOfNoChange(),
                posterior.mean(),
                posterior.lower(),
                posterior.upper(),
                posterior.expectedLossOfTreatment(),
                posterior.expectedLossOfControl(),
                total.samples(),
                ofControl.samples(),
                isFinal ? FixedTest.pValue(total.sums(), ofControl.sums()) : null);
    }

    Stream<ResultsData> data(String metricName) {
        return values.entrySet().stream()
                .map(entry -> new ResultsData(metricName, entry.getKey(), name, entry.getValue()));
    }
}
