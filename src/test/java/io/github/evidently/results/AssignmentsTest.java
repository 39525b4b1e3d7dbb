package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AssignmentsTest {

    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;
    private static final long NOW = 1_769_860_800_000L;

    private final Assignments assignments = new Assignments();

    @Test
    void lastAnHourAfterTheEvaluation() {
        assignments.add("anna", NOW, 1);

        assertThat(assignments.find("anna", NOW)).isEqualTo(1);
        assertThat(assignments.find("anna", NOW + HOUR)).isEqualTo(1);
        assertThat(assignments.find("anna", NOW + HOUR + 1)).isEqualTo(Assignments.NONE);
        assertThat(assignments.find("berta", NOW)).isEqualTo(Assignments.NONE);
    }

    @Test
    void beginAMinuteBeforeForClocksThatAreBehind() {
        assignments.add("anna", NOW, 1);

        assertThat(assignments.find("anna", NOW - MINUTE)).isEqualTo(1);
        assertThat(assignments.find("anna", NOW - MINUTE - 1)).isEqualTo(Assignments.NONE);
    }

    @Test
    void areRenewedByTheNextEvaluation() {
        assignments.add("anna", NOW, 1);
        assignments.add("anna", NOW + HOUR, 1);

        assertThat(assignments.find("anna", NOW + 2 * HOUR)).isEqualTo(1);
        assertThat(assignments.find("anna", NOW)).isEqualTo(1);

        // After a longer pause the one before is not known any more.
        assignments.add("anna", NOW + 3 * HOUR, 1);
        assertThat(assignments.find("anna", NOW)).isEqualTo(Assignments.NONE);
    }

    @Test
    void areReplacedByAnotherTreatment() {
        assignments.add("anna", NOW, 1);
        assignments.add("anna", NOW + MINUTE, 2);

        assertThat(assignments.find("anna", NOW + MINUTE)).isEqualTo(2);

        // One that comes late does not replace it.
        assignments.add("anna", NOW + MINUTE - 1, 1);
        assertThat(assignments.find("anna", NOW + MINUTE)).isEqualTo(2);
    }

    @Test
    void takeSoManyEntitiesAndThenForgetTheOldest() {
        for (int i = 0; i < Assignments.ENTITIES_MAX; i++) {
            assertThat(assignments.add("entity-" + i, NOW + i % 2, i % 5)).isTrue();
        }
        assertThat(assignments.find("entity-77777", NOW)).isEqualTo(77_777 % 5);
        assertThat(assignments.add("one more", NOW + HOUR, 0)).isFalse();
        assertThat(assignments.find("one more", NOW + HOUR)).isEqualTo(Assignments.NONE);
        assertThat(assignments.add("entity-1", NOW + HOUR, 1)).isTrue();

        assertThat(assignments.add("one more", NOW + 2 * HOUR + MINUTE, 0)).isTrue();
        assertThat(assignments.find("entity-77777", NOW)).isEqualTo(Assignments.NONE);
        assertThat(assignments.find("entity-1", NOW + HOUR)).isEqualTo(1);
    }
}
