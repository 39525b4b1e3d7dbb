package io.github.evidently.results;

import static io.github.evidently.results.ExperimentFixture.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ValidationException;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentDesign;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventType;
import io.github.evidently.results.GetExperimentResultsRequest.ReportName;
import io.github.evidently.results.GetExperimentResultsResponse.ResultsData;
import io.github.evidently.results.GetExperimentResultsResponse.Statistic;
import io.github.evidently.statistics.Comparison;
import io.github.evidently.statistics.FixedTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExperimentResultsTest {

    private static final Instant END = START.plus(Duration.ofHours(1));

    private final EventLogFixture store = new EventLogFixture();
    private final Execution execution = new Execution(START, null);
    private final Experiment experiment = experiment();
    private final ExperimentTally tally = new ExperimentTally(experiment, execution, 0);

    @BeforeEach
    void measure() {
        store.createProject("p");
        // Treatment b has enough after some minutes, z only at the end.
        for (int i = 0; i < 900; i++) {
            String treatment = List.of("a", "b", "z").get(i % 3);
            String entity = "entity-" + i;
            Instant time = START.plusSeconds(treatment.equals("z") ? 3_000 + i / 3 : i);
            double value = 10 + i * 7 % 11 + (treatment.equals("b") ? 1 : 0);
            append(EventType.EVALUATION, time, ExperimentFixture.evaluation(entity, treatment));
            append(EventType.CUSTOM, time, ExperimentFixture.measurement(entity, value));
        }
        ExperimentFixture.count(store, tally);
    }

    @Test
    void dependOnNoOtherTreatment() {
        GetExperimentResultsResponse alone = results(END, "a", "b");
        GetExperimentResultsResponse beside = results(END, "a", "b", "z");

        assertThat(beside.timestamps()).isEqualTo(alone.timestamps());
        for (Statistic statistic : Statistic.values()) {
            assertThat(values(beside, "b", statistic)).isEqualTo(values(alone, "b", statistic));
        }
        assertThat(values(beside, "z", Statistic.PValue)[0]).isNaN();
        assertThat(values(beside, "z", Statistic.PValue)[alone.timestamps().length - 1])
                .isBetween(0.0, 1.0);
    }

    /** The test that looks once is in the report alone, and only where the experiment ran to the end. */
    @Test
    void areNeverMixedWithTheTestThatLooksOnce() {
        Slices.Total ofTreatment = tally.total(0, 1, 0, Slices.SLICES_MAX);
        Slices.Total ofControl = tally.total(0, 0, 0, Slices.SLICES_MAX);
        double anytime = Comparison.of(
                        ofTreatment.sums(), ofTreatment.entities(), ofControl.sums(), ofControl.entities())
                .pValue();
        double once = FixedTest.pValue(ofTreatment.sums(), ofControl.sums());
        assertThat(once).isLessThan(anytime);

        GetExperimentResultsResponse atTheEnd = results(END, "b");
        double[] pValues = values(atTheEnd, "b", Statistic.PValue);
        assertThat(pValues[pValues.length - 1]).isEqualTo(anytime);
        assertThat(content(atTheEnd).path("finalPValue").doubleValue()).isEqualTo(once);

        Experiment stopped = ended(Status.COMPLETED);
        GetExperimentResultsResponse early =
                new ExperimentResults(stopped, new Execution(START, END.minusSeconds(1)), request("b"), END).of(tally);
        assertThat(content(early).path("finalPValue").isNull()).isTrue();
    }

    @Test
    void haveABoundedNumberOfPeriods() {
        Instant late = START.plus(Duration.ofDays(40));
        Experiment longOne = until(late);

        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> new ExperimentResults(longOne, execution, request("b"), late).of(tally))
                .satisfies(e -> assertThat(e.getMessage()).contains("period"));
    }

    private GetExperimentResultsResponse results(Instant now, String... treatments) {
        return new ExperimentResults(experiment, execution, request(treatments), now).of(tally);
    }

    private static GetExperimentResultsRequest request(String... treatments) {
        return new GetExperimentResultsRequest(
                null, null, List.of("m"), null, List.of(ReportName.BayesianInference), null, null, List.of(treatments));
    }

    private static double[] values(GetExperimentResultsResponse response, String treatment, Statistic statistic) {
        return response.resultsData().stream()
                .filter(data -> data.treatmentName().equals(treatment) && data.resultStat() == statistic)
                .map(ResultsData::values)
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode content(GetExperimentResultsResponse response) {
        return new JsonMapper().readTree(response.reports().getFirst().content());
    }

    private void append(EventType type, Instant time, String data) {
        ExperimentFixture.append(store, "p", type, time, time, data);
    }

    private static Experiment experiment() {
        return experiment(Status.RUNNING, END, null);
    }

    private static Experiment ended(Status status) {
        return experiment(status, END, END.minusSeconds(1));
    }

    private static Experiment until(Instant end) {
        return experiment(Status.RUNNING, end, null);
    }

    private static Experiment experiment(Status status, Instant end, @Nullable Instant ended) {
        Experiment two = ExperimentFixture.experiment();
        return new Experiment(
                two.metadata(),
                new ExperimentDesign(
                        two.metricGoals(),
                        List.of(
                                new Treatment(null, Map.of("f", "v"), "a"),
                                new Treatment(null, Map.of("f", "w"), "b"),
                                new Treatment(null, Map.of("f", "z"), "z")),
                        "a",
                        Map.of("a", 40_000L, "b", 30_000L, "z", 30_000L),
                        "x",
                        100_000,
                        null),
                new Progress(status, null, new Execution(START, ended)),
                end);
    }
}
