package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.results.GetExperimentResultsRequest.ReportName;
import io.github.evidently.results.GetExperimentResultsRequest.ResultStat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The results of one metric of an experiment, at the end of each period since a time; they count all samples from that
 * time on, not only the period's own, by whole minutes. There are none until every treatment asked for and the control have 100 samples.
 */
final class ExperimentResults {

    /** How many samples each treatment must have (service model). */
    static final int SAMPLES_MIN = 100;

    /** How long an experiment must have run (service model). */
    static final Duration RUN_MIN = Duration.ofMinutes(10);

    private static final Duration PERIOD_DEFAULT = Duration.ofMinutes(5);
    private static final long MINUTE_MILLIS = 60_000;

    /** What the real service says when there is not enough data (service model). */
    private static final String NOT_ENOUGH_EVENTS = "Not enough events to generate results";

    private static final String TOO_MANY_ENTITIES = "More than " + Assignments.ENTITIES_MAX
            + " entities were evaluated within two hours: not all of them are part of the results";

    private static final JsonMapper JSON = new JsonMapper();

    /** Model shape {@code ExperimentResultResponseType}; constants are spelt as the model spells the values. */
    enum Statistic {
        Mean,
        TreatmentEffect,
        ConfidenceIntervalUpperBound,
        ConfidenceIntervalLowerBound,
        PValue
    }

    /** Model shape {@code ExperimentResultsData}. */
    record ResultsData(String metricName, Statistic resultStat, String treatmentName, List<Double> values) {}

    /**
     * Model shape {@code ExperimentReport}.
     *
     * @param content JSON as text: {@code probabilityOfDecrease}, {@code probabilityOfIncrease} and {@code
     *     probabilityOfNoChange} of the mean by 3 %, as our choice
     */
    record Report(String content, String metricName, ReportName reportName, String treatmentName) {}

    /**
     * Model shape {@code GetExperimentResultsResponse}.
     *
     * @param details null when there are results of all that was sent
     * @param timestamps when the periods begin, in epoch seconds
     */
    record GetExperimentResultsResponse(
            @Nullable String details, List<Report> reports, List<ResultsData> resultsData, List<Long> timestamps) {}

    private final Experiment experiment;
    private final List<String> treatments;
    private final GetExperimentResultsRequest request;
    private final Instant now;

    ExperimentResults(Experiment experiment, GetExperimentResultsRequest request, Instant now) {
        this.experiment = experiment;
        this.treatments = experiment.treatments().stream().map(Treatment::name).toList();
        this.request = request;
        this.now = now;
    }

    /** The answer for an experiment that has no results. */
    static GetExperimentResultsResponse none() {
        return new GetExperimentResultsResponse(NOT_ENOUGH_EVENTS, List.of(), List.of(), List.of());
    }

    /** Whether it has run long enough. */
    static boolean areDue(Execution execution, Instant now) {
        return !now.isBefore(execution.startedTime().plus(RUN_MIN));
    }

    /** @param tally of the experiment, which has caught up */
    GetExperimentResultsResponse of(MetricTally tally, Execution execution) {
        long start = minute(latest(request.startTime(), execution.startedTime()));
        Instant ended = earliest(experiment.analysisCompleteTime(), earliest(execution.endedTime(), now));
        long end = earliest(request.endTime(), ended).toEpochMilli();
        long period = request.period() == null
                ? PERIOD_DEFAULT.toMillis()
                : Duration.ofSeconds(request.period()).toMillis();
        String metric = request.metricNames().getFirst();
        int metricIndex = IntStream.range(0, experiment.metricGoals().size())
                .filter(i -> experiment
                        .metricGoals()
                        .get(i)
                        .metricDefinition()
                        .name()
                        .equals(metric))
                .findFirst()
                .orElseThrow();
        List<String> asked = request.treatmentNames().stream().distinct().toList();
        Set<String> counted = Stream.concat(asked.stream(), Stream.of(experiment.controlTreatmentName()))
                .collect(Collectors.toUnmodifiableSet());

        List<Series> series = asked.stream().map(Series::new).toList();
        List<Long> timestamps = new ArrayList<>();
        Moments[] sums = tally.between(metricIndex, start, start);
        for (long time = start; time < end; time += period) {
            long periodEnd = Math.min(time + period, end);
            for (long minute = time; minute < periodEnd; minute += MINUTE_MILLIS) {
                sums = plus(sums, tally.between(metricIndex, minute, Math.min(minute + MINUTE_MILLIS, periodEnd)));
                if (haveEnough(counted, sums)) {
                    for (Series one : series) {
                        one.look(sums);
                    }
                }
            }
            if (haveEnough(counted, sums)) {
                timestamps.add(Duration.ofMillis(time).toSeconds());
                for (Series one : series) {
                    one.add(sums);
                }
            }
        }
        if (timestamps.isEmpty()) {
            return none();
        }
        boolean areAll = start == minute(execution.startedTime()) && end == ended.toEpochMilli();
        if (experiment.status() == Status.COMPLETED && areAll) {
            for (Series one : series) {
                one.complete(sums);
            }
        }
        return new GetExperimentResultsResponse(
                tally.isComplete() ? null : TOO_MANY_ENTITIES,
                reports(metric, asked, sums),
                series.stream().flatMap(one -> one.data(metric)).toList(),
                timestamps);
    }

    private boolean haveEnough(Set<String> names, Moments[] sums) {
        return names.stream().allMatch(name -> of(name, sums).count() >= SAMPLES_MIN);
    }

    private Moments of(String treatment, Moments[] sums) {
        return sums[treatments.indexOf(treatment)];
    }

    private Moments control(Moments[] sums) {
        return of(experiment.controlTreatmentName(), sums);
    }

    private boolean isControl(String treatment) {
        return treatment.equals(experiment.controlTreatmentName());
    }

    /** As the real service, not before the end: the posterior may not be looked at all the time. */
    private List<Report> reports(String metric, List<String> asked, Moments[] sums) {
        Instant end = experiment.analysisCompleteTime();
        boolean hasEnded = experiment.status() == Status.COMPLETED || (end != null && !now.isBefore(end));
        if (request.reportNames() == null || request.reportNames().isEmpty() || !hasEnded) {
            return List.of();
        }
        return asked.stream()
                .filter(name -> !isControl(name))
                .map(name -> new Report(
                        JSON.writeValueAsString(Comparison.bayesian(of(name, sums), control(sums))),
                        metric,
                        ReportName.BayesianInference,
                        name))
                .toList();
    }

    private static Moments[] plus(Moments[] sums, Moments[] added) {
        Moments[] both = new Moments[sums.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = sums[i].plus(added[i]);
        }
        return both;
    }

    private static long minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
    }

    private static Instant latest(@Nullable Instant a, Instant b) {
        return a == null || a.isBefore(b) ? b : a;
    }

    private static Instant earliest(@Nullable Instant a, Instant b) {
        return a == null || a.isAfter(b) ? b : a;
    }

    /** The statistics of one treatment, a value for each timestamp. */
    private final class Series {

        private final String treatment;
        private final Map<Statistic, List<Double>> values = new EnumMap<>(Statistic.class);
        private double pValue = 1;

        Series(String treatment) {
            this.treatment = treatment;
            for (ResultStat asked : statistics()) {
                switch (asked) {
                    case BaseStat -> values.put(Statistic.Mean, new ArrayList<>());
                    case TreatmentEffect -> values.put(Statistic.TreatmentEffect, new ArrayList<>());
                    case PValue -> values.put(Statistic.PValue, new ArrayList<>());
                    case ConfidenceInterval -> {
                        values.put(Statistic.ConfidenceIntervalUpperBound, new ArrayList<>());
                        values.put(Statistic.ConfidenceIntervalLowerBound, new ArrayList<>());
                    }
                }
            }
            if (isControl(treatment)) {
                // Compared with itself it has nothing to tell.
                values.keySet().retainAll(EnumSet.of(Statistic.Mean));
            }
        }

        private Set<ResultStat> statistics() {
            return request.resultStats() == null || request.resultStats().isEmpty()
                    ? EnumSet.allOf(ResultStat.class)
                    : EnumSet.copyOf(request.resultStats());
        }

        /** What was significant at the end of a minute stays so: that is what makes looking at any time safe. */
        void look(Moments[] sums) {
            pValue = Math.min(pValue, comparison(sums).pValue());
        }

        void add(Moments[] sums) {
            Comparison comparison = comparison(sums);
            values.forEach((statistic, list) -> list.add(
                    switch (statistic) {
                        case Mean -> of(treatment, sums).mean();
                        case TreatmentEffect -> comparison.effect();
                        case ConfidenceIntervalUpperBound -> comparison.upper();
                        case ConfidenceIntervalLowerBound -> comparison.lower();
                        case PValue -> pValue;
                    }));
        }

        private Comparison comparison(Moments[] sums) {
            return Comparison.of(of(treatment, sums), control(sums));
        }

        /** The last word is that of a test that looks once. */
        void complete(Moments[] sums) {
            List<Double> pValues = values.get(Statistic.PValue);
            if (pValues != null) {
                double last = Comparison.finalPValue(of(treatment, sums), control(sums));
                pValues.set(pValues.size() - 1, Math.min(pValues.getLast(), last));
            }
        }

        Stream<ResultsData> data(String metric) {
            return values.entrySet().stream()
                    .map(entry -> new ResultsData(metric, entry.getKey(), treatment, entry.getValue()));
        }
    }
}
