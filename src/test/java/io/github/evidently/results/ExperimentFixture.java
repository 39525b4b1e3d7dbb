package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentDesign;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.results.StartedExperiments.Started;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An experiment {@code x} on feature {@code f} in project {@code p} with treatments {@code a} and {@code b}, and its events. */
final class ExperimentFixture {

    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    static final Instant END = START.plus(Duration.ofDays(30));

    private ExperimentFixture() {}

    static Experiment experiment() {
        return experiment("x", START, null);
    }

    static Experiment experiment(String name, Instant start, @Nullable Instant ended) {
        return new Experiment(
                new Metadata("p", name, null, START, START, Map.of()),
                new ExperimentDesign(
                        List.of(new MetricGoal(null, new MetricDefinition("id", null, "m", null, "value"))),
                        List.of(new Treatment(null, Map.of("f", "v"), "a"), new Treatment(null, Map.of("f", "w"), "b")),
                        "a",
                        Map.of("a", 50_000L, "b", 50_000L),
                        "x",
                        100_000,
                        null),
                new Progress(ended == null ? Status.RUNNING : Status.COMPLETED, null, new Execution(start, ended)),
                END);
    }

    static Started started(long projectId, Experiment experiment) {
        Execution execution = experiment.execution();
        if (execution == null) {
            throw new AssertionError("it was started");
        }
        return new Started(StartedExperiments.key(projectId, experiment, execution), "p", experiment, execution);
    }

    static ExperimentTally tally() {
        return new ExperimentTally(experiment(), new Execution(START, null), 0);
    }

    /** Counts all events of the store in the tally of that experiment. */
    static void count(EventLogFixture store, ExperimentTally tally) {
        new EventCounting(
                        store,
                        Map.of("p", List.of(tally)),
                        Map.of("p", new EventReader(List.of(tally.experiment()), null)),
                        CountingPace.NONE)
                .count(tally.sequence(), store.lastSequence(), store.lastSequence());
    }

    static String evaluation(String entity, String treatment) {
        return evaluation(entity, "EXPERIMENT_RULE_MATCH", "x", treatment);
    }

    static String evaluation(String entity, String type, String experiment, String treatment) {
        return """
            {"feature":"f","entityId":"%s","variation":"v","type":"%s",\
            "details":{"experiment":"%s","treatment":"%s","salt":"s"}}\
            """.formatted(entity, type, experiment, treatment);
    }

    static String measurement(String entity, double value) {
        return "{\"id\":\"" + entity + "\",\"value\":" + value + "}";
    }

    static void append(
            EventLogFixture store, String project, EventType type, Instant time, Instant received, String data) {
        store.append(new EventBatch(
                EventIds.newBatchId(),
                null,
                store.key(project),
                received,
                List.of(new ProjectEvent(type, time, data))));
    }
}
