package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.results.GetExperimentResultsRequest.ReportName;
import io.github.evidently.results.GetExperimentResultsResponse.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Computes the results of an experiment's metrics at the end of each period since a time. They count all samples from
 * that time on, not only those of the period.
 *
 * <p>A treatment has results once it and the control have 100 samples each, from enough entities for an interval. They
 * do not depend on other treatments. If another treatment has results earlier, the values of this one are NaN until
 * then. The control is shown as soon as the first of the others is.
 */
final class ExperimentResults {

    /** The minimum number of samples of each treatment (service model). */
    static final int SAMPLES_MIN = 100;

    /** The minimum time that an experiment must have run (service model). */
    static final Duration RUN_MIN = Duration.ofMinutes(10);

    /**
     * The maximum number of timestamps in a response: more than periods of five minutes in the 30 days that an
     * experiment may run.
     */
    private static final int TIMESTAMPS_MAX = 10_000;

    private static final Duration PERIOD_DEFAULT = Duration.ofMinutes(5);

    /** The text of the real service when there is not enough data (service model); here a reason follows. */
    private static final String NOT_ENOUGH_EVENTS = "Not enough events to generate results: ";

    private static final JsonMapper JSON = new JsonMapper();

    private final Experiment experiment;
    private final Execution execution;
    private final List<String> treatments;
    private final GetExperimentResultsRequest request;
    private final Instant now;
    private final int control;

    ExperimentResults(Experiment experiment, Execution execution, GetExperimentResultsRequest request, Instant now) {
        this.experiment = experiment;
        this.execution = execution;
        this.treatments = experiment.treatments().stream().map(Treatment::name).toList();
        this.request = request;
        this.now = now;
        this.control = treatments.indexOf(experiment.controlTreatmentName());
    }

    /**
     * Returns the response for an experiment that has no results.
     *
     * @param reason the end of a sentence
     */
    static GetExperimentResultsResponse none(String reason) {
        return new GetExperimentResultsResponse(NOT_ENOUGH_EVENTS + reason, List.of(), List.of(), new long[0]);
    }

    /** Returns why there is nothing to count yet, as the end of a sentence; null when there is. */
    static @Nullable String notDue(@Nullable Execution execution, Instant now) {
        if (execution == null) {
            return "the experiment has not been started.";
        }
        Instant due = execution.startedTime().plus(RUN_MIN);
        if (now.isBefore(due)) {
            long minutes = Math.ceilDiv(Duration.between(now, due).toSeconds(), 60);
            return "the experiment must have run for " + RUN_MIN.toMinutes() + " minutes, and " + minutes
                    + (minutes == 1 ? " is" : " are") + " missing.";
        }
        return null;
    }

    /** Tells whether it ran for as long as was announced at its start: then one look at the end is valid, too. */
    static boolean ranToTheEnd(Experiment experiment, Execution execution, Instant now) {
        Instant complete = experiment.analysisCompleteTime();
        Instant ended = execution.endedTime();
        return complete != null && !now.isBefore(complete) && (ended == null || !ended.isBefore(complete));
    }

    /** @param tally the tally of the experiment, which has caught up */
    GetExperimentResultsResponse of(ExperimentTally tally) {
        long start = latest(request.startTime(), execution.startedTime())
                .truncatedTo(ChronoUnit.MINUTES)
                .toEpochMilli();
        Instant ended = earliest(experiment.analysisCompleteTime(), earliest(execution.endedTime(), now));
        long end = earliest(request.endTime(), ended).toEpochMilli();
        long period = request.period() == null
                ? PERIOD_DEFAULT.toMillis()
                : Duration.ofSeconds(request.period()).toMillis();
        String metric = request.metricNames().getFirst();
        int metricIndex = experiment.metricGoals().stream()
                .map(goal -> goal.metricDefinition().name())
                .toList()
                .indexOf(metric);
        List<TreatmentSeries> series = request.treatmentNames().stream()
                .distinct()
                .map(name -> series(tally, metricIndex, name))
                .toList();
        Slices.Total ofControl = new Slices.Total();

        long allPeriods = Math.max(0, Math.ceilDiv(end - start, period));
        if (allPeriods > TIMESTAMPS_MAX) {
            throw ValidationException.field(
                    "period", "Member must be so large that there are at most " + TIMESTAMPS_MAX + " periods");
        }
        int periods = (int) allPeriods;
        int firstDue = periods;
        int next = tally.slices.index(start);
        for (int i = 0; i < periods; i++) {
            int slices = tally.slices.indexFrom(Math.min(start + (i + 1L) * period, end));
            if (slices > next) {
                tally.addTo(ofControl, metricIndex, control, next, slices);
                for (TreatmentSeries one : series) {
                    one.look(ofControl, next, slices);
                }
                next = slices;
            }
            if (series.stream().anyMatch(one -> one.isDue() && (!one.isControl() || series.size() == 1))) {
                firstDue = Math.min(firstDue, i);
            }
            if (firstDue <= i) {
                int place = i - firstDue;
                int count = periods - firstDue;
                series.forEach(one -> one.put(place, count));
            }
        }
        List<TreatmentSeries> due =
                series.stream().filter(TreatmentSeries::isDue).toList();
        if (firstDue == periods) {
            return none(reason(tally, metricIndex, series, ofControl));
        }
        long[] timestamps = new long[periods - firstDue];
        for (int i = 0; i < timestamps.length; i++) {
            timestamps[i] = Duration.ofMillis(start + (firstDue + i) * period).toSeconds();
        }
        return new GetExperimentResultsResponse(
                details(tally, series),
                reports(metric, due, ofControl),
                due.stream().flatMap(one -> one.data(metric)).toList(),
                timestamps);
    }

    private TreatmentSeries series(ExperimentTally tally, int metric, String name) {
        int treatment = treatments.indexOf(name);
        return new TreatmentSeries(tally, metric, name, treatment, treatment == control, request.resultStats());
    }

    private String reason(ExperimentTally tally, int metric, List<TreatmentSeries> series, Slices.Total ofControl) {
        String missing = Stream.concat(
                        Stream.of(Map.entry(experiment.controlTreatmentName(), ofControl.samples())),
                        series.stream().map(one -> Map.entry(one.name(), one.samples())))
                .distinct()
                .filter(entry -> entry.getValue() < SAMPLES_MIN)
                .map(entry -> entry.getKey() + " has " + entry.getValue())
                .collect(Collectors.joining(", "));
        if (missing.isEmpty()) {
            return "the samples are from too few entities to tell how much they vary.";
        }
        return "each treatment needs " + SAMPLES_MIN + " samples, and " + missing + "." + mostFrequent(tally, metric);
    }

    /** Returns the outcome of most events that are not samples. */
    private static String mostFrequent(ExperimentTally tally, int metric) {
        long[] counts = tally.outcomes().counts()[metric];
        Outcome most = null;
        for (Outcome outcome : Outcome.values()) {
            if (outcome != Outcome.COUNTED
                    && counts[outcome.index()] > 0
                    && (most == null || counts[outcome.index()] > counts[most.index()])) {
                most = outcome;
            }
        }
        if (most == null) {
            return Arrays.stream(counts).sum() == 0 ? " No custom event has arrived since the start." : "";
        }
        return " " + counts[most.index()] + " custom events " + most.sentence() + " (" + most.text() + ").";
    }

    private static @Nullable String details(ExperimentTally tally, List<TreatmentSeries> series) {
        List<String> details = new ArrayList<>();
        String missing = series.stream()
                .filter(one -> !one.isDue())
                .map(one -> one.name() + " has " + one.samples())
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            details.add("Each treatment needs " + SAMPLES_MIN + " samples, and " + missing + ".");
        }
        int weight = tally.assignments.weight();
        if (weight > 1) {
            details.add("There are more than " + Assignments.ENTITIES_MAX + " entities: since then one of " + weight
                    + ", chosen by hash, stands for all.");
        }
        return details.isEmpty() ? null : String.join(" ", details);
    }

    /**
     * Returns the reports, as the real service does only at the end: the posterior may not be looked at all the time.
     */
    private List<Report> reports(String metric, List<TreatmentSeries> due, Slices.Total ofControl) {
        Instant end = experiment.analysisCompleteTime();
        boolean hasEnded = experiment.status() == Status.COMPLETED || (end != null && !now.isBefore(end));
        if (request.reportNames() == null || request.reportNames().isEmpty() || !hasEnded) {
            return List.of();
        }
        return due.stream()
                .filter(one -> !one.isControl())
                .map(one -> new Report(
                        JSON.writeValueAsString(one.content(ofControl, isOfTheWholeTime())),
                        metric,
                        ReportName.BayesianInference,
                        one.name()))
                .toList();
    }

    private static Instant latest(@Nullable Instant a, Instant b) {
        return a == null || a.isBefore(b) ? b : a;
    }

    private static Instant earliest(@Nullable Instant a, Instant b) {
        return a == null || a.isAfter(b) ? b : a;
    }

    private boolean isOfTheWholeTime() {
        Instant complete = experiment.analysisCompleteTime();
        return ranToTheEnd(experiment, execution, now)
                && (request.startTime() == null || !request.startTime().isAfter(execution.startedTime()))
                && (request.endTime() == null
                        || complete == null
                        || !request.endTime().isBefore(complete));
    }
}
