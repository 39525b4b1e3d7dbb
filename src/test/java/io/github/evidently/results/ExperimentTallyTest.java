package io.github.evidently.results;

import static io.github.evidently.results.ExperimentFixture.END;
import static io.github.evidently.results.ExperimentFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventType;
import io.github.evidently.statistics.ClusterSums;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExperimentTallyTest {

    private final EventLogFixture store = new EventLogFixture();
    private ExperimentTally tally = ExperimentFixture.tally();

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

        count();

        assertSamples(0, 0, 1, 2, 4);
        assertSamples(1, 0, 1, 0, 0);
        assertSamples(1, 0, 2, 1, 5);
        assertThat(tally.total(0, 0, 0, 1).entities()).isEqualTo(1);
        assertThat(outcome(Outcome.COUNTED)).isEqualTo(3);
        assertThat(tally.moments[0][0].mean()).isEqualTo(2);
        assertThat(tally.largest[0][0]).isEqualTo(3);
    }

    @Test
    void countsWhatHasComeSinceOnce() {
        evaluate("anna", "a", START);
        measure("anna", 1, START);
        count();
        count();
        measure("anna", 1, START);
        count();

        assertSamples(0, 0, 1, 2, 2);
    }

    /** The events of evaluations are stored a little later than the answers go out. */
    @Test
    void waitsForTheEvaluation() {
        measure("anna", 1, START.plusSeconds(1));
        count();
        assertSamples(0, 0, 1, 0, 0);
        assertThat(outcome(Outcome.NOT_EVALUATED)).isEqualTo(1);

        evaluate("anna", "a", START);
        count();
        assertSamples(0, 0, 1, 1, 1);
        assertThat(outcome(Outcome.NOT_EVALUATED)).isZero();
        assertThat(outcome(Outcome.COUNTED)).isEqualTo(1);
    }

    /** A sample must come after the evaluation (AWS's user guide). */
    @Test
    void doesNotWaitForLong() {
        measure("anna", 1, START);
        received = received.plusSeconds(6);
        evaluate("anna", "a", START);
        evaluate("berta", "b", START);
        measure("berta", 1, START);

        count();

        assertSamples(0, 0, 1, 0, 0);
        assertSamples(1, 0, 1, 1, 1);
        assertThat(outcome(Outcome.NOT_EVALUATED)).isEqualTo(1);
    }

    @Test
    void saysWhyAnEventDoesNotCount() {
        evaluate("anna", "a", START.plusSeconds(3600));
        evaluate("cesar", "a", START);
        append(
                "p",
                EventType.EVALUATION,
                START.plusSeconds(60),
                ExperimentFixture.evaluation("cesar", "DEFAULT", "", ""));
        evaluate("dora", "a", START);
        evaluate("dora", "b", START);
        measure("anna", 1, START.plusSeconds(60));
        measure("anna", 1, START.plusSeconds(2 * 3600 + 1));
        measure("berta", 1, START);
        measure("cesar", 1, START.plusSeconds(61));
        measure("dora", 1, START);
        measure("anna", 1, START.minusMillis(1));
        measure("anna", 1, END);
        custom("{\"id\":\"anna\"}");
        custom("{\"id\":\"anna\",\"value\":\"7\"}");
        custom("{\"id\":\"anna\",\"value\":true}");
        custom("{\"id\":\"anna\",\"value\":1e200}");
        custom("{\"value\":7}");

        count();

        assertThat(outcome(Outcome.BEFORE_EVALUATION)).isEqualTo(1);
        assertThat(outcome(Outcome.TOO_LATE)).isEqualTo(1);
        assertThat(outcome(Outcome.NOT_EVALUATED)).isEqualTo(1);
        assertThat(outcome(Outcome.OTHER_TREATMENT)).isEqualTo(2);
        assertThat(outcome(Outcome.OUTSIDE_EXPERIMENT)).isEqualTo(2);
        assertThat(outcome(Outcome.VALUE_ABSENT)).isEqualTo(1);
        assertThat(outcome(Outcome.VALUE_NOT_A_NUMBER)).isEqualTo(2);
        assertThat(outcome(Outcome.VALUE_OUT_OF_RANGE)).isEqualTo(1);
        assertThat(outcome(Outcome.ENTITY_KEY_ABSENT)).isEqualTo(1);
        assertThat(outcome(Outcome.COUNTED)).isZero();
        Example example = Objects.requireNonNull(tally.outcomes().examples()[0][Outcome.VALUE_NOT_A_NUMBER.index()]);
        assertThat(example.data()).isEqualTo("{\"id\":\"anna\",\"value\":true}");
        assertThat(example.sequence()).isPositive();
    }

    @Test
    void keepsTheBeginningOfAnExample() {
        custom("{\"id\":\"anna\",\"text\":\"" + "ä".repeat(100_000) + "\"}");

        count();

        assertThat(Objects.requireNonNull(tally.outcomes().examples()[0][Outcome.VALUE_ABSENT.index()])
                        .data())
                .hasSize(Example.LENGTH_MAX + 1);
    }

    @Test
    void overlooksWhatIsNotOfTheExperiment() {
        String rule = "EXPERIMENT_RULE_MATCH";
        append("p", EventType.EVALUATION, START, ExperimentFixture.evaluation("anna", rule, "y", "a"));
        append(
                "p",
                EventType.EVALUATION,
                START,
                ExperimentFixture.evaluation("berta", "ENTITY_OVERRIDES_MATCH", "x", "a"));
        append("p", EventType.EVALUATION, START, ExperimentFixture.evaluation("cesar", rule, "x", "z"));
        append("p", EventType.EVALUATION, START, "{\"entityId\":\"dora\",\"type\":\"EXPERIMENT_RULE_MATCH\"}");
        append("q", EventType.EVALUATION, START, ExperimentFixture.evaluation("emil", rule, "x", "a"));
        append("p", EventType.EVALUATION, START.minusMillis(1), ExperimentFixture.evaluation("fred", rule, "x", "a"));
        for (String entity : List.of("anna", "berta", "cesar", "dora", "emil", "fred", "gerd")) {
            measure(entity, 1, START);
        }

        count();

        assertThat(outcome(Outcome.COUNTED)).isZero();
        assertThat(outcome(Outcome.NOT_EVALUATED)).isEqualTo(7);
    }

    /** Of 400 late events of an entity's first hour none is lost when it was evaluated again a day later. */
    @Test
    void countsLateEventsOfAnEntityThatWasEvaluatedAgain() {
        evaluate("anna", "a", START);
        received = received.plus(Duration.ofDays(1));
        evaluate("anna", "a", START.plus(Duration.ofDays(1)));
        for (int i = 0; i < 400; i++) {
            measure("anna", 1, START.plusSeconds(i));
        }

        count();

        assertSamples(0, 0, Slices.SLICES_MAX, 400, 400);
    }

    /** To the millisecond, whether the analysis is complete or the experiment was stopped before. */
    @Test
    void endsWhenTheExperimentEnds() {
        Instant stopped = START.plusSeconds(90);
        Experiment experiment = ExperimentFixture.experiment("x", START, stopped);
        tally = new ExperimentTally(experiment, new Execution(START, stopped), 0);
        evaluate("anna", "a", START);
        measure("anna", 1, stopped.minusMillis(1));
        measure("anna", 2, stopped);

        count();

        assertSamples(0, 0, Slices.SLICES_MAX, 1, 1);
        assertThat(outcome(Outcome.OUTSIDE_EXPERIMENT)).isEqualTo(1);
    }

    @Test
    void knowsVisitorsWithoutSamples() {
        for (int i = 0; i < 100; i++) {
            evaluate("entity-" + i, "a", START);
        }
        measure("entity-1", 50, START);
        measure("entity-1", 50, START);

        count();

        ClusterSums visitors = tally.perVisitor(tally.entities(), 0, 0);
        assertThat(visitors.count()).isEqualTo(100);
        assertThat(visitors.mean()).isEqualTo(1);
        assertThat(tally.entities().converted[0][0].mean()).isEqualTo(0.01);
    }

    @Test
    void isTheSameAfterItWasWrittenAndRead() {
        for (int i = 0; i < 500; i++) {
            evaluate("entity-" + i, i % 2 == 0 ? "a" : "b", START);
            measure("entity-" + i, i, START.plusSeconds(i * 10L));
        }
        measure("nobody", 1, START);
        custom("{\"id\":\"anna\"}");
        count();
        TallyCodec.Written written = TallyCodec.write(tally);

        ExperimentTally read = ExperimentFixture.tally();
        TallyCodec.read(read, written.head(), written.parts());
        measure("entity-7", 1, START.plusSeconds(700));
        evaluate("nobody", "a", START);
        count();
        ExperimentFixture.count(store, read);

        assertThat(read.sequence()).isEqualTo(tally.sequence());
        assertThat(read.outcomes().counts()).isDeepEqualTo(tally.outcomes().counts());
        assertThat(read.outcomes().examples()).isDeepEqualTo(tally.outcomes().examples());
        assertThat(read.moments).isDeepEqualTo(tally.moments);
        for (int treatment = 0; treatment < 2; treatment++) {
            for (int slice = 0; slice < 90; slice++) {
                Slices.Total expected = tally.total(0, treatment, 0, slice);
                Slices.Total actual = read.total(0, treatment, 0, slice);
                assertThat(actual.samples()).isEqualTo(expected.samples());
                assertThat(actual.entities()).isEqualTo(expected.entities());
                assertThat(actual.sums().sum()).isEqualTo(expected.sums().sum());
            }
        }
        assertThat(TallyCodec.write(read).parts()).hasSizeLessThan(10);
        assertThat(TallyCodec.write(ExperimentFixture.tally()).parts()).isEqualTo(Map.of());
    }

    private void count() {
        ExperimentFixture.count(store, tally);
    }

    private long outcome(Outcome outcome) {
        return tally.outcomes().counts()[0][outcome.index()];
    }

    private void assertSamples(int treatment, int from, int to, long samples, double sum) {
        Slices.Total total = tally.total(0, treatment, from, to);
        assertThat(total.samples()).isEqualTo(samples);
        assertThat(total.sums().sum()).isEqualTo(sum);
    }

    private void evaluate(String entity, String treatment, Instant time) {
        append("p", EventType.EVALUATION, time, ExperimentFixture.evaluation(entity, treatment));
    }

    private void measure(String entity, double value, Instant time) {
        append("p", EventType.CUSTOM, time, ExperimentFixture.measurement(entity, value));
    }

    private void custom(String data) {
        append("p", EventType.CUSTOM, START, data);
    }

    private void append(String project, EventType type, Instant time, String data) {
        ExperimentFixture.append(store, project, type, time, received, data);
    }
}
