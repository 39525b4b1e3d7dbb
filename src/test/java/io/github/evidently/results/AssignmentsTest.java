package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.statistics.ClusterSums;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AssignmentsTest {

    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;
    private static final long SECOND = 1_000;
    private static final long NOW = 1_769_860_800_000L;
    private static final long END = NOW + 30 * 24 * HOUR;
    private static final long ANNA = Assignments.key("anna");
    private static final long BERTA = Assignments.key("berta");

    private final Assignments assignments = new Assignments(NOW, END);

    @Test
    void lastAnHourAfterTheEvaluation() {
        assignments.add(ANNA, NOW, 1);

        assertTreatment(ANNA, NOW, 1);
        assertTreatment(ANNA, NOW + HOUR, 1);
        assertNone(ANNA, NOW + HOUR + SECOND, Outcome.TOO_LATE);
        assertNone(BERTA, NOW, Outcome.NOT_EVALUATED);
    }

    @Test
    void beginAMinuteBeforeForClocksThatAreBehind() {
        assignments.add(ANNA, NOW + 2 * MINUTE, 1);

        assertTreatment(ANNA, NOW + MINUTE, 1);
        assertNone(ANNA, NOW + MINUTE - SECOND, Outcome.BEFORE_EVALUATION);
    }

    @Test
    void areRenewedByTheNextEvaluation() {
        assignments.add(ANNA, NOW, 1);
        assignments.add(ANNA, NOW + HOUR, 1);

        assertTreatment(ANNA, NOW + 2 * HOUR, 1);
        assertTreatment(ANNA, NOW, 1);
    }

    /** Late events of the first hour, after an evaluation on the next day. */
    @Test
    void keepEarlierStretches() {
        assignments.add(ANNA, NOW, 1);
        assignments.add(ANNA, NOW + 24 * HOUR, 1);

        assertTreatment(ANNA, NOW + MINUTE, 1);
        assertTreatment(ANNA, NOW + 24 * HOUR, 1);
        assertNone(ANNA, NOW + 12 * HOUR, Outcome.TOO_LATE);
    }

    @Test
    void keepSoManyStretchesOfAnEntity() {
        for (int day = 0; day <= Assignments.STRETCHES_OF_ENTITY_MAX; day++) {
            assignments.add(ANNA, NOW + day * 24L * HOUR, 1);
        }

        assertNone(ANNA, NOW, Outcome.BEFORE_EVALUATION);
        for (int day = 1; day <= Assignments.STRETCHES_OF_ENTITY_MAX; day++) {
            assertTreatment(ANNA, NOW + day * 24L * HOUR, 1);
        }
    }

    @Test
    void joinStretchesOfOneTreatmentInWhateverOrderTheyCome() {
        assignments.add(ANNA, NOW, 1);
        assignments.add(ANNA, NOW + 100 * MINUTE, 1);
        assertNone(ANNA, NOW + 90 * MINUTE, Outcome.TOO_LATE);

        assignments.add(ANNA, NOW + 50 * MINUTE, 1);
        assertTreatment(ANNA, NOW + 90 * MINUTE, 1);

        assignments.add(BERTA, NOW + 2 * HOUR, 1);
        assignments.add(BERTA, NOW + HOUR, 1);
        assertTreatment(BERTA, NOW + 90 * MINUTE, 1);
        assertNone(BERTA, NOW + 50 * MINUTE, Outcome.BEFORE_EVALUATION);
    }

    /** Of an override, or of a launch; an entity that never took part is not remembered. */
    @Test
    void endWhenSomethingElseDecides() {
        assignments.add(ANNA, NOW, 1);
        assignments.add(ANNA, NOW + 2 * MINUTE, Assignments.NONE);
        assignments.add(BERTA, NOW, Assignments.NONE);

        assertTreatment(ANNA, NOW + MINUTE, 1);
        assertNone(ANNA, NOW + 2 * MINUTE, Outcome.OTHER_TREATMENT);
        assertNone(BERTA, NOW, Outcome.NOT_EVALUATED);

        assignments.add(ANNA, NOW + 3 * MINUTE, 1);
        assertTreatment(ANNA, NOW + 3 * MINUTE, 1);
        assertNone(ANNA, NOW + 2 * MINUTE + SECOND, Outcome.OTHER_TREATMENT);
    }

    /** It cannot be told what such an entity shows. */
    @Test
    void leaveOutEntitiesOfSeveralTreatments() {
        assignments.add(ANNA, NOW, 1);
        assertTreatment(ANNA, NOW, 1);
        assignments.add(ANNA, NOW + MINUTE, 0);

        assertNone(ANNA, NOW, Outcome.OTHER_TREATMENT);
        assertThat(assignments.counts(2, 1).mixed).isEqualTo(1);
        assertThat(assignments.counts(2, 1).evaluated).containsExactly(0, 0);
    }

    /** A client whose clock is far ahead must not hide an entity from the others. */
    @Test
    void areNotHiddenByAClockThatIsAhead() {
        assignments.add(ANNA, NOW + 2 * HOUR, 1);
        assignments.add(ANNA, NOW, 1);

        assertTreatment(ANNA, NOW + MINUTE, 1);
    }

    @Test
    void countEntitiesAndThoseWithSamples() {
        assignments.add(ANNA, NOW, 0);
        assignments.add(BERTA, NOW, 1);
        assertThat(assignments.addSample(BERTA, 2)).isTrue();
        assertThat(assignments.addSample(BERTA, 2)).isFalse();

        EntityCounts counts = assignments.counts(2, 3);
        assertThat(counts.evaluated).containsExactly(1, 1);
        assertThat(counts.converted[2][1].sum()).isEqualTo(1);
        assertThat(counts.converted[2][1].count()).isEqualTo(1);
        assertThat(counts.converted[0][1].sum()).isZero();
    }

    /** First come, first served would say more of those who come first. */
    @Test
    void areASampleByHashOfTooManyEntities() {
        Assignments few = new Assignments(NOW, END, 1_000);
        for (int i = 0; i < 10_000; i++) {
            few.add(Assignments.key("entity-" + i), NOW, i % 2);
        }

        assertThat(few.weight()).isEqualTo(16);
        assertThat(few.size()).isBetween(500, 1_000);
        long[] evaluated = few.counts(2, 1).evaluated;
        assertThat(evaluated[0] * few.weight()).isBetween(4_200L, 5_800L);
        assertThat(evaluated[0] + evaluated[1]).isEqualTo(few.size());
        int late = 0;
        int early = 0;
        for (int i = 0; i < 5_000; i++) {
            early += few.find(Assignments.key("entity-" + i), NOW).outcome() == Outcome.COUNTED ? 1 : 0;
            late += few.find(Assignments.key("entity-" + (5_000 + i)), NOW).outcome() == Outcome.COUNTED ? 1 : 0;
        }
        assertThat(early).isBetween(few.size() / 3, 2 * few.size() / 3);
        assertThat(early + late).isEqualTo(few.size());
        assertThat(few.find(Assignments.key("entity-1"), NOW).outcome()).isIn(Outcome.COUNTED, Outcome.OUTSIDE_SAMPLE);
    }

    @Test
    void boundTheStretchesOfAllEntities() {
        Assignments few = new Assignments(NOW, END, 100);
        for (int day = 0; day < 8; day++) {
            for (int i = 0; i < 100; i++) {
                few.add(Assignments.key("entity-" + i), NOW + day * 24L * HOUR, 1);
            }
        }

        // 14 bytes and 4 bits for each of 256 slots, 13 bytes for each of 256 stretches.
        assertThat(few.bytes()).isLessThanOrEqualTo(256 * 14 + 256 / 2 + 256 * 13);
        for (int i = 0; i < 100; i++) {
            assertThat(few.find(Assignments.key("entity-" + i), NOW + 7 * 24 * HOUR)
                            .treatment())
                    .isEqualTo(1);
        }
    }

    @Test
    void spreadOverAllClusters() {
        int[] counts = new int[ClusterSums.CLUSTERS];
        for (int i = 0; i < 100_000; i++) {
            counts[Assignments.cluster(Assignments.key("user-" + i))]++;
        }
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(count -> (count - 500.0) * (count - 500.0) / 500)
                .sum();
        // The 99.9th percentile with 199 degrees of freedom.
        assertThat(chiSquare).isLessThan(266);
    }

    @Test
    void areTheSameAfterTheyWereWrittenAndRead() {
        for (int i = 0; i < 1_000; i++) {
            assignments.add(Assignments.key("entity-" + i), NOW, i % 3);
            assignments.add(Assignments.key("entity-" + i), NOW + 5 * HOUR, i % 3);
        }
        assignments.addSample(Assignments.key("entity-7"), 1);
        TallyOutput output = new TallyOutput();
        TallyOutput[] outputs = new TallyOutput[Assignments.SHARDS];
        Arrays.fill(outputs, output);
        assignments.writeShards(outputs);

        Assignments read = new Assignments(NOW, END);
        TallyInput input = new TallyInput(output.toByteArray());
        while (input.hasMore()) {
            read.readEntity(input);
        }

        assertThat(read.size()).isEqualTo(1_000);
        assertThat(read.counts(3, 2).evaluated).isEqualTo(assignments.counts(3, 2).evaluated);
        assertThat(read.counts(3, 2).converted[1][1].sum()).isEqualTo(1);
        for (int i = 0; i < 1_000; i++) {
            long key = Assignments.key("entity-" + i);
            for (long time : new long[] {NOW, NOW + 3 * HOUR, NOW + 5 * HOUR}) {
                assertThat(read.find(key, time)).isEqualTo(assignments.find(key, time));
            }
        }
    }

    private void assertTreatment(long entity, long time, int treatment) {
        assertThat(assignments.find(entity, time)).isEqualTo(new Assignments.Found(treatment, Outcome.COUNTED));
    }

    private void assertNone(long entity, long time, Outcome outcome) {
        assertThat(assignments.find(entity, time)).isEqualTo(Assignments.Found.none(outcome));
    }
}
