package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Publishes the gauge {@code evidently_experiment_events}: the numbers of custom events by project, experiment, metric
 * and outcome.
 */
@Component
class TallyMetrics {

    /** The maximum number of experiments shown; of more, those that were started last. */
    static final int EXPERIMENTS_MAX = 20;

    private final MultiGauge gauge;
    private Map<Tags, long[]> counts = Map.of();

    TallyMetrics(MeterRegistry meters) {
        this.gauge = MultiGauge.builder("evidently.experiment.events")
                .description("Custom events since an experiment's start, by what became of them for a metric")
                .register(meters);
    }

    /** Shows the current counts. Not thread-safe. */
    void update(List<ExperimentTally> tallies) {
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        Map<Tags, long[]> shown = new HashMap<>();
        tallies.stream()
                .sorted(Comparator.comparingLong((ExperimentTally tally) -> tally.since)
                        .reversed())
                .limit(EXPERIMENTS_MAX)
                .forEach(tally -> addRows(tally, shown, rows));
        counts = shown;
        gauge.register(rows);
    }

    /**
     * Adds the rows. An existing gauge keeps the counts that it was registered with, so these are changed and not
     * replaced.
     */
    private void addRows(ExperimentTally tally, Map<Tags, long[]> shown, List<MultiGauge.Row<?>> rows) {
        Experiment experiment = tally.experiment();
        long[][] now = tally.outcomes().counts();
        for (int metric = 0; metric < now.length; metric++) {
            String name =
                    experiment.metricGoals().get(metric).metricDefinition().name();
            Tags tags = Tags.of("project", experiment.project(), "experiment", experiment.name(), "metric", name);
            long[] ofMetric = counts.getOrDefault(tags, new long[Outcome.values().length]);
            System.arraycopy(now[metric], 0, ofMetric, 0, ofMetric.length);
            if (shown.putIfAbsent(tags, ofMetric) == null) {
                for (Outcome outcome : Outcome.values()) {
                    rows.add(MultiGauge.Row.of(
                            tags.and("outcome", outcome.text()), ofMetric, values -> values[outcome.index()]));
                }
            }
        }
    }
}
