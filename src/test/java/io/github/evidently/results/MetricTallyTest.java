package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.event.EventBatch;
import io.github.evidently.event.EventIds;
import io.github.evidently.event.EventType;
import io.github.evidently.event.InMemoryEventStore;
import io.github.evidently.event.ProjectEvent;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.metric.MetricGoal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricTallyTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant END = START.plus(Duration.ofDays(1));
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final InMemoryEventStore store = new InMemoryEventStore();
    private final MetricTally tally = new MetricTally(experiment(), new Execution(START, null));

    /** When the server receives the events, whatever their timestamps are. */
    private Instant received = START;

    @BeforeEach
    void createProjects() {
        store.createProject("p");
        store.createProject("q");
    }

    @Test
    void countsSamplesByTreatmentAndMinute() {
        evaluate("anna", "a", START);
        evaluate("berta", "b", START);
        measure("anna", 1, START.plusSeconds(1));
        measure("anna", 3, START.plusSeconds(59));
        measure("berta", 5, START.plusSeconds(60));
        measure("cesar", 7, START.plusSeconds(1));

        tally.catchUp(store, received);

        assertThat(between(START, START.plus(MINUTE))).containsExactly(new Moments(2, 2, 2), Moments.NONE);
        assertThat(between(START.plus(MINUTE), START.plus(MINUTE).plus(MINUTE)))
                .containsExactly(Moments.NONE, new Moments(1, 5, 0));
    }

    @Test
    void countsWhatHasComeSinceOnce() {
        evaluate("anna", "a", START);
        measure("anna", 1, START);
        tally.catchUp(store, received);
        tally.catchUp(store, received);
        measure("anna", 1, START);
        tally.catchUp(store, received);

        assertThat(between(START, START.plus(MINUTE))).containsExactly(new Moments(2, 1, 0), Moments.NONE);
    }

    /** The events of evaluations are stored a little later than the answers go out. */
    @Test
    void waitsForTheEvaluation() {
        measure("anna", 1, START.plusSeconds(1));
        tally.catchUp(store, received);
        assertThat(between(START, START.plus(MINUTE))).containsExactly(Moments.NONE, Moments.NONE);

        evaluate("anna", "a", START);
        tally.catchUp(store, received);
        assertThat(between(START, START.plus(MINUTE))).containsExactly(new Moments(1, 1, 0), Moments.NONE);
    }

    /** A sample must come after the evaluation (AWS's user guide). */
    @Test
    void doesNotWaitForLong() {
        measure("anna", 1, START);
        received = received.plusSeconds(6);
        evaluate("anna", "a", START);
        evaluate("berta", "b", START);
        measure("berta", 1, START);

        tally.catchUp(store, received);

        assertThat(between(START, START.plus(MINUTE))).containsExactly(Moments.NONE, new Moments(1, 1, 0));
    }

    @Test
    void overlooksWhatIsNotOfTheExperiment() {
        append("p", EventType.EVALUATION, START, evaluation("anna", "EXPERIMENT_RULE_MATCH", "y", "a"));
        append("p", EventType.EVALUATION, START, evaluation("berta", "ENTITY_OVERRIDES_MATCH", "x", "a"));
        append("p", EventType.EVALUATION, START, evaluation("cesar", "EXPERIMENT_RULE_MATCH", "x", "z"));
        append("p", EventType.EVALUATION, START, "{\"entityId\":\"dora\",\"type\":\"EXPERIMENT_RULE_MATCH\"}");
        append("q", EventType.EVALUATION, START, evaluation("emil", "EXPERIMENT_RULE_MATCH", "x", "a"));
        append(
                "p",
                EventType.EVALUATION,
                START.minusSeconds(61),
                evaluation("fred", "EXPERIMENT_RULE_MATCH", "x", "a"));
        for (String entity : List.of("anna", "berta", "cesar", "dora", "emil", "fred", "gerd")) {
            measure(entity, 1, START);
            measure(entity, 1, END.minusMillis(1));
        }

        tally.catchUp(store, received);

        assertThat(between(START.minusSeconds(3600), END.plusSeconds(3600)))
                .containsExactly(Moments.NONE, Moments.NONE);
    }

    @Test
    void readsMoreThanItReadsAtOnce() {
        evaluate("anna", "a", START);
        for (int i = 0; i < 25_000; i++) {
            measure("anna", 2, START);
        }

        tally.catchUp(store, received);

        assertThat(between(START, START.plus(MINUTE))).containsExactly(new Moments(25_000, 2, 0), Moments.NONE);
    }

    /** An override for a user who took part before. */
    @Test
    void countsNothingOfEntitiesForWhichSomethingElseDecidesNow() {
        evaluate("anna", "a", START);
        append(
                "p",
                EventType.EVALUATION,
                START.plusSeconds(61),
                evaluation("anna", "ENTITY_OVERRIDES_MATCH", "x", "a"));
        measure("anna", 1, START.plusSeconds(62));
        // Of other features the experiment knows nothing.
        evaluate("berta", "b", START);
        append(
                "p",
                EventType.EVALUATION,
                START.plusSeconds(61),
                evaluation("berta", "DEFAULT", "x", "a").replace("\"f\"", "\"g\""));
        measure("berta", 1, START.plusSeconds(62));

        tally.catchUp(store, received);

        assertThat(between(START, END)).containsExactly(Moments.NONE, new Moments(1, 1, 0));
    }

    @Test
    void countsNothingBeforeTheStartOrAfterTheEnd() {
        evaluate("anna", "a", START);
        measure("anna", 1, START.minusMillis(1));
        evaluate("anna", "a", END.minusMillis(1));
        measure("anna", 1, END);

        tally.catchUp(store, received);

        assertThat(between(START.minusSeconds(3600), END.plusSeconds(3600)))
                .containsExactly(Moments.NONE, Moments.NONE);
    }

    /** Or it would never be done under load; but it gets on, also when the clock was set back. */
    @Test
    void leavesMostOfWhatIsReceivedMeanwhileForTheNextTime() {
        received = received.plusSeconds(1);
        evaluate("anna", "a", START);
        for (int i = 0; i < 25_000; i++) {
            measure("anna", 2, START);
        }

        tally.catchUp(store, START);
        assertThat(between(START, END)).containsExactly(new Moments(9_999, 2, 0), Moments.NONE);
        tally.catchUp(store, START);
        assertThat(between(START, END)).containsExactly(new Moments(19_999, 2, 0), Moments.NONE);
        tally.catchUp(store, START);
        assertThat(between(START, END)).containsExactly(new Moments(25_000, 2, 0), Moments.NONE);
    }

    @Test
    void saysWhenThereAreTooManyEntities() {
        for (int i = 0; i < Assignments.ENTITIES_MAX; i++) {
            evaluate("entity-" + i, "a", START);
        }
        tally.catchUp(store, received);
        assertThat(tally.isComplete()).isTrue();

        evaluate("one more", "a", START);
        tally.catchUp(store, received);
        assertThat(tally.isComplete()).isFalse();
    }

    private Moments[] between(Instant from, Instant to) {
        return tally.between(0, from.toEpochMilli(), to.toEpochMilli());
    }

    private void evaluate(String entity, String treatment, Instant time) {
        append("p", EventType.EVALUATION, time, evaluation(entity, "EXPERIMENT_RULE_MATCH", "x", treatment));
    }

    private static String evaluation(String entity, String type, String experiment, String treatment) {
        return """
                {"feature":"f","entityId":"%s","variation":"v","type":"%s",\
                "details":{"experiment":"%s","treatment":"%s","salt":"s"}}""".formatted(entity, type, experiment, treatment);
    }

    private void measure(String entity, double value, Instant time) {
        append("p", EventType.CUSTOM, time, "{\"id\":\"" + entity + "\",\"value\":" + value + "}");
    }

    private void append(String project, EventType type, Instant time, String data) {
        store.append(new EventBatch(
                EventIds.newBatchId(), null, project, received, List.of(new ProjectEvent(type, time, data))));
    }

    static Experiment experiment() {
        return new Experiment(
                "p",
                "x",
                null,
                List.of(new MetricGoal(null, new MetricDefinition("id", null, "m", null, "value"))),
                List.of(new Treatment(null, Map.of("f", "v"), "a"), new Treatment(null, Map.of("f", "w"), "b")),
                "a",
                Map.of("a", 50_000L, "b", 50_000L),
                "x",
                100_000,
                null,
                Status.RUNNING,
                null,
                END,
                new Execution(START, null),
                START,
                START,
                Map.of());
    }
}
