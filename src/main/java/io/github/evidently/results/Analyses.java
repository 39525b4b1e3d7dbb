package io.github.evidently.results;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.results.ResultsView.AdjustedView;
import io.github.evidently.results.ResultsView.ComparisonView;
import io.github.evidently.statistics.Adjustment;
import io.github.evidently.statistics.ClusterSums;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Runs the analyses that need the events again: each reads a part of the log. One runs at a time; others wait for a
 * moment and are then throttled. Thread-safe.
 */
@Component
class Analyses {

    /** The maximum number of events that an analysis may read. */
    static final long EVENTS_MAX = 10_000_000;

    private static final String OTHERS = "(other)";

    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final EventLog events;
    private final Semaphore free = new Semaphore(1, true);

    Analyses(EventLog events) {
        this.events = events;
    }

    /** The subject of an analysis: an experiment, with the events from one sequence to another. */
    record Subject(Experiment experiment, Execution execution, long firstSequence, long lastSequence, Instant now) {}

    private interface Analysis {
        ResultsView run();
    }

    private ResultsView alone(long from, long to, String parameter, Analysis analysis) {
        if (to - from > EVENTS_MAX) {
            throw ValidationException.field(
                    parameter, "Parameter would need more than " + EVENTS_MAX + " events to be read again");
        }
        try {
            if (!free.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ThrottlingException("Another analysis is in work", RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ThrottlingException("The request was interrupted", RETRY_AFTER);
        }
        try {
            return analysis.run();
        } finally {
            free.release();
        }
    }

    private ExperimentTally count(Subject subject, TallyOptions options, @Nullable String attribute) {
        Experiment experiment = subject.experiment;
        ExperimentTally tally = new ExperimentTally(experiment, subject.execution, subject.firstSequence, options);
        new EventCounting(
                        events,
                        Map.of(experiment.project(), List.of(tally)),
                        Map.of(experiment.project(), new EventReader(List.of(experiment), attribute)),
                        CountingPace.NONE)
                .count(subject.firstSequence, subject.lastSequence, subject.lastSequence);
        return tally;
    }

    /**
     * Returns the results with extreme values cut: a value above a quantile of a metric's values counts as that
     * quantile, and a value below the opposite quantile as that one.
     *
     * @param percentile above 50 and below 100
     */
    ResultsView winsorized(Subject subject, @Nullable String metric, double percentile) {
        return alone(subject.firstSequence, subject.lastSequence, "winsorize", () -> {
            Quantiles quantiles = new Quantiles(subject.experiment.metricGoals().size());
            count(subject, quantiles, null);
            Quantiles.Cut cut = quantiles.cut(percentile / 100);
            ExperimentTally tally = count(subject, cut, null);
            Map<String, Object> analysis = new LinkedHashMap<>();
            analysis.put("winsorize", percentile);
            for (int i = 0; i < cut.lower.length; i++) {
                String name = subject.experiment
                        .metricGoals()
                        .get(i)
                        .metricDefinition()
                        .name();
                if (metric == null || metric.equals(name)) {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("lower", ResultsView.finite(cut.lower[i]));
                    one.put("upper", ResultsView.finite(cut.upper[i]));
                    one.put("samplesCut", cut.samples[i]);
                    one.put("amountCut", ResultsView.finite(cut.amounts[i]));
                    analysis.put(name, one);
                }
            }
            return maker(subject, tally, 0).view(metric, null, analysis);
        });
    }

    /** Returns the results for each value of an attribute that entities had when they were first evaluated. */
    ResultsView byAttribute(Subject subject, @Nullable String metric, String attribute, ResultsView all) {
        return alone(subject.firstSequence, subject.lastSequence, "attribute", () -> {
            AttributeGroups groups = new AttributeGroups();
            ExperimentTally tally = count(subject, groups, attribute);
            List<Map<String, Object>> breakdown = new ArrayList<>();
            for (int group = 0; group < groups.names.size(); group++) {
                breakdown.add(group(groups.names.get(group), maker(subject, tally, group), metric));
            }
            if (groups.hasOthers) {
                breakdown.add(group(OTHERS, maker(subject, tally, AttributeGroups.GROUPS_MAX), metric));
            }
            Map<String, Object> analysis = new LinkedHashMap<>();
            analysis.put("attribute", attribute);
            analysis.put("breakdown", breakdown);
            return withAnalysis(all, analysis);
        });
    }

    private static Map<String, Object> group(String value, ResultsViewMaker maker, @Nullable String metric) {
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("value", value);
        group.put("metrics", maker.metrics(metric, null));
        return group;
    }

    /**
     * Reads what the entities of an experiment did before its start, for each metric.
     *
     * @param days how many days before the start
     * @param sums by metric and treatment: as counts the entities, as sums the values of their events before
     */
    private void readBefore(Subject subject, ExperimentTally tally, int days, ClusterSums[][] sums) {
        Experiment experiment = subject.experiment;
        EventReader reader = new EventReader(List.of(experiment), null);
        EventReader.Keys[] keys = experiment.metricGoals().stream()
                .map(goal -> reader.keys(goal.metricDefinition()))
                .toArray(EventReader.Keys[]::new);
        long until = tally.since;
        long since = until - Duration.ofDays(days).toMillis();
        int weight = tally.assignments.weight();
        for (StoredEvent stored : EventCounting.customEvents(events, experiment.project(), subject.lastSequence)) {
            long time = stored.event().timestamp().toEpochMilli();
            if (time < since || time >= until) {
                continue;
            }
            reader.readCustom(stored.event().data());
            for (int metric = 0; metric < keys.length; metric++) {
                EventReader.Sample sample = reader.sample(keys[metric]);
                if (sample.outcome() == Outcome.COUNTED) {
                    long entity = sample.entity();
                    int treatment = tally.assignments.treatment(entity);
                    if (treatment != Assignments.NONE) {
                        sums[metric][treatment].add(Assignments.cluster(entity), 0, weight * sample.value());
                    }
                }
            }
        }
    }

    /** Returns the results per visitor, adjusted for what the entities did in the days before the start. */
    ResultsView adjusted(Subject subject, @Nullable String metric, int days) {
        return alone(0, subject.lastSequence, "daysBefore", () -> {
            ExperimentTally tally = count(subject, new TallyOptions() {}, null);
            Experiment experiment = subject.experiment;
            int metrics = experiment.metricGoals().size();
            int treatments = experiment.treatments().size();
            int control = experiment.treatments().stream()
                    .map(treatment -> treatment.name())
                    .toList()
                    .indexOf(experiment.controlTreatmentName());
            EntityCounts entities = tally.entities();
            ClusterSums[][] before = new ClusterSums[metrics][treatments];
            for (int i = 0; i < metrics; i++) {
                for (int j = 0; j < treatments; j++) {
                    before[i][j] = new ClusterSums();
                    for (int cluster = 0; cluster < ClusterSums.CLUSTERS; cluster++) {
                        double count = entities.converted[i][j].count(cluster);
                        before[i][j].add(cluster, count * tally.assignments.weight(), 0);
                    }
                }
            }
            readBefore(subject, tally, days, before);
            @Nullable AdjustedView[][] adjusted = new AdjustedView[metrics][treatments];
            for (int i = 0; i < metrics; i++) {
                for (int j = 0; j < treatments; j++) {
                    if (j != control
                            && before[i][j].count() >= ExperimentResults.SAMPLES_MIN
                            && before[i][control].count() >= ExperimentResults.SAMPLES_MIN) {
                        Adjustment adjustment = Adjustment.of(
                                tally.perVisitor(entities, i, j),
                                before[i][j],
                                tally.perVisitor(entities, i, control),
                                before[i][control]);
                        adjusted[i][j] = new AdjustedView(
                                ComparisonView.of(adjustment.comparison()),
                                adjustment.slope(),
                                adjustment.varianceReduction());
                    }
                }
            }
            return maker(subject, tally, 0).view(metric, adjusted, Map.of("daysBefore", days));
        });
    }

    private static ResultsViewMaker maker(Subject subject, ExperimentTally tally, int group) {
        return new ResultsViewMaker(subject.experiment, subject.execution, tally, subject.now, group);
    }

    private static ResultsView withAnalysis(ResultsView view, Map<String, Object> analysis) {
        return new ResultsView(
                view.project(),
                view.experiment(),
                view.status(),
                view.startTime(),
                view.endTime(),
                view.analysisCompleteTime(),
                view.minutesMissing(),
                view.entityWeight(),
                view.minutesPerPoint(),
                view.metrics(),
                view.sampleRatio(),
                analysis);
    }
}
