package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentDesign;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.results.EventReader.Evaluation;
import io.github.evidently.results.EventReader.Sample;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1.5}} | anna | 1.5",
                "{\"details\":{\"value\":-3,\"unit\":{\"value\":9}},\"userDetails\":{\"x\":[1],\"userId\":\"anna\"}} |"
                        + " anna | -3",
                // Names with dots stand for nested ones.
                "{\"userDetails.userId\":\"anna\",\"details\":{\"value\":0}} | anna | 0",
                "{\"userDetails\":{\"userId\":42},\"details\":{\"value\":1e3}} | 42 | 1000",
                // The last of a name counts.
                "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1,\"value\":2}} | anna | 2"
            })
    void findsEntityAndValue(String data, String entity, double value) {
        assertThat(read(null, data)).isEqualTo(sample(entity, value));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {} | ENTITY_KEY_ABSENT
            {"userDetails":{"userId":"anna"}} | VALUE_ABSENT
            {"details":{"value":1}} | ENTITY_KEY_ABSENT
            {"userDetails":{"userId":"anna"},"details":{"value":"1"}} | VALUE_NOT_A_NUMBER
            {"userDetails":{"userId":"anna"},"details":{"value":true}} | VALUE_NOT_A_NUMBER
            {"userDetails":{"userId":"anna"},"details":{"value":null}} | VALUE_NOT_A_NUMBER
            {"userDetails":{"userId":"anna"},"details":{"value":{"a":1}}} | VALUE_NOT_A_NUMBER
            {"userDetails":{"userId":"anna"},"details":{"value":1e101}} | VALUE_OUT_OF_RANGE
            {"userDetails":{"userId":"anna"},"details":{"value":1e999}} | VALUE_OUT_OF_RANGE
            {"userDetails":{"userId":null},"details":{"value":1}} | ENTITY_KEY_ABSENT
            {"userDetails":{"userId":["anna"]},"details":{"value":1}} | ENTITY_KEY_ABSENT
            {"UserDetails":{"userId":"anna"},"details":{"value":1}} | ENTITY_KEY_ABSENT
            {"userDetails":[{"userId":"anna"}],"details":{"value":1}} | ENTITY_KEY_ABSENT
            """)
    void saysWhyThereIsNoSample(String data, Outcome outcome) {
        assertThat(read(null, data)).isEqualTo(Sample.none(outcome));
    }

    @Test
    void overlooksEventsThatThePatternDoesNotMatch() {
        String pattern = "{\"details.kind\":[\"buy\"]}";
        String data = "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"kind\":\"%s\",\"value\":1}}";

        assertThat(read(pattern, data.formatted("buy"))).isEqualTo(sample("anna", 1));
        assertThat(read(pattern, data.formatted("look"))).isEqualTo(Sample.none(Outcome.PATTERN_MISMATCH));
    }

    /** But the other patterns go on matching. */
    @Test
    void overlooksEventsThatHaveTooManyCombinationsToMatch() {
        String list = "[" + "1,".repeat(100) + "1]";
        String data = "{\"userDetails\":{\"userId\":\"anna\"},\"details\":{\"value\":1},\"a\":" + list + ",\"b\":"
                + list + ",\"c\":" + list + "}";
        MetricDefinition heavy = new MetricDefinition(
                "userDetails.userId", "{\"a\":[1],\"b\":[1],\"c\":[1]}", "m", null, "details.value");
        MetricDefinition light = new MetricDefinition("userDetails.userId", "{\"a\":[1]}", "n", null, "details.value");
        EventReader reader = new EventReader(List.of(experiment(heavy), experiment(light)), null);

        reader.readCustom(data);

        assertThat(reader.sample(reader.keys(heavy)).outcome()).isEqualTo(Outcome.PATTERN_MISMATCH);
        assertThat(reader.sample(reader.keys(light)).outcome()).isEqualTo(Outcome.COUNTED);
    }

    @Test
    void readsAnEventOnceForSeveralMetrics() {
        MetricDefinition one = new MetricDefinition("a.b", null, "m", null, "v.x.y");
        MetricDefinition other = new MetricDefinition("id", null, "n", null, "v.x");
        EventReader reader = new EventReader(List.of(experiment(one, other)), null);

        reader.readCustom("{\"a\":{\"b\":\"anna\"},\"id\":7,\"v\":{\"x.y\":3,\"x\":4}}");
        assertThat(reader.sample(reader.keys(one))).isEqualTo(sample("anna", 3));
        assertThat(reader.sample(reader.keys(other))).isEqualTo(sample("7", 4));

        reader.readCustom("{\"id\":7}");
        assertThat(reader.sample(reader.keys(one)).outcome()).isEqualTo(Outcome.ENTITY_KEY_ABSENT);
        assertThat(reader.sample(reader.keys(other)).outcome()).isEqualTo(Outcome.VALUE_ABSENT);
    }

    @Test
    void readsEvaluationsWithAnAttribute() {
        EventReader reader = new EventReader(List.of(), "browser");
        String data = "{\"feature\":\"f\",\"entityId\":\"anna\",\"entityAttributes\":{\"age\":{\"n\":7},"
                + "\"browser\":{\"s\":\"Firefox\"}},\"variation\":\"v\",\"type\":\"%s\","
                + "\"details\":{\"experiment\":\"x\",\"treatment\":\"a\",\"salt\":[1]}}";

        assertThat(reader.readEvaluation(data.formatted("EXPERIMENT_RULE_MATCH")))
                .isEqualTo(new Evaluation("anna", "f", "x", "a", "Firefox"));
        assertThat(reader.readEvaluation(data.formatted("DEFAULT")))
                .isEqualTo(new Evaluation("anna", "f", null, null, "Firefox"));
        assertThat(reader.readEvaluation("{\"entityId\":\"anna\"}")).isNull();
    }

    private static Sample sample(String entity, double value) {
        return new Sample(Outcome.COUNTED, Assignments.key(entity), value);
    }

    private static Sample read(@Nullable String pattern, String data) {
        MetricDefinition metric = new MetricDefinition("userDetails.userId", pattern, "m", null, "details.value");
        EventReader reader = new EventReader(List.of(experiment(metric)), null);
        reader.readCustom(data);
        return reader.sample(reader.keys(metric));
    }

    private static Experiment experiment(MetricDefinition... metrics) {
        Experiment experiment = ExperimentFixture.experiment();
        return new Experiment(
                experiment.metadata(),
                new ExperimentDesign(
                        Arrays.stream(metrics)
                                .map(metric -> new MetricGoal(null, metric))
                                .toList(),
                        experiment.treatments(),
                        experiment.controlTreatmentName(),
                        experiment.treatmentWeights(),
                        experiment.randomizationSalt(),
                        experiment.samplingRate(),
                        null),
                experiment.progress(),
                experiment.analysisCompleteTime());
    }
}
