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
        assignments.add(Assignments.key("anna"), NOW, 1);

        assertThat(assignments.find(Assignments.key("anna"), NOW)).isEqualTo(1);
        assertThat(assignments.find(Assignments.key("anna"), NOW + HOUR)).isEqualTo(1);
        assertThat(assignments.find(Assignments.key("anna"), NOW + HOUR + 1)).isEqualTo(Assignments.NONE);
        assertThat(assignments.find(Assignments.key("berta"), NOW)).isEqualTo(Assignments.NONE);
    }

    @Test
    void beginAMinuteBeforeForClocksThatAreBehind() {
        assignments.add(Assignments.key("anna"), NOW, 1);

        assertThat(assignments.find(Assignments.key("anna"), NOW - MINUTE)).isEqualTo(1);
        assertThat(assignments.find(Assignments.key("anna"), NOW - MINUTE - 1)).isEqualTo(Assignments.NONE);
    }

    @Test
    void areRenewedByTheNextEvaluation() {
        assignments.add(Assignments.key("anna"), NOW, 1);
        assignments.add(Assignments.key("anna"), NOW + HOUR, 1);

        assertThat(assignments.find(Assignments.key("anna"), NOW + 2 * HOUR)).isEqualTo(1);
        assertThat(assignments.find(Assignments.key("anna"), NOW)).isEqualTo(1);

        // After a longer pause the one before is not known any more.
        assignments.add(Assignments.key("anna"), NOW + 3 * HOUR, 1);
        assertThat(assignments.find(Assignments.key("anna"), NOW)).isEqualTo(Assignments.NONE);
    }

    @Test
    void areReplacedByAnotherTreatment() {
        assignments.add(Assignments.key("anna"), NOW, 1);
        assignments.add(Assignments.key("anna"), NOW + MINUTE, 2);

        assertThat(assignments.find(Assignments.key("anna"), NOW + MINUTE)).isEqualTo(2);

        // One that comes late does not replace it.
        assignments.add(Assignments.key("anna"), NOW + MINUTE - 1, 1);
        assertThat(assignments.find(Assignments.key("anna"), NOW + MINUTE)).isEqualTo(2);
    }

    /** Of an override, or of a launch; an entity that never took part is not remembered. */
    @Test
    void endWhenSomethingElseDecides() {
        assignments.add(Assignments.key("anna"), NOW, 1);
        assignments.add(Assignments.key("anna"), NOW + 2 * MINUTE, Assignments.NONE);
        assignments.add(Assignments.key("berta"), NOW, Assignments.NONE);

        assertThat(assignments.find(Assignments.key("anna"), NOW + 2 * MINUTE)).isEqualTo(Assignments.NONE);
        assertThat(assignments.find(Assignments.key("berta"), NOW)).isEqualTo(Assignments.NONE);
        assignments.add(Assignments.key("anna"), NOW + 3 * MINUTE, 2);
        assertThat(assignments.find(Assignments.key("anna"), NOW + 3 * MINUTE)).isEqualTo(2);
    }

    /** A client whose clock is far ahead must not hide an entity from the others. */
    @Test
    void areThoseThatComeLastWhereClocksDiffer() {
        assignments.add(Assignments.key("anna"), NOW + 2 * HOUR, 1);
        assignments.add(Assignments.key("anna"), NOW, 2);

        assertThat(assignments.find(Assignments.key("anna"), NOW + MINUTE)).isEqualTo(2);
    }

    @Test
    void takeSoManyEntitiesAndThenForgetTheOldest() {
        for (int i = 0; i < Assignments.ENTITIES_MAX; i++) {
            assertThat(assignments.add(Assignments.key("entity-" + i), NOW + i % 2, i % 5))
                    .isTrue();
        }
        assertThat(assignments.find(Assignments.key("entity-77777"), NOW)).isEqualTo(77_777 % 5);
        assertThat(assignments.add(Assignments.key("one more"), NOW + HOUR, 0)).isFalse();
        assertThat(assignments.find(Assignments.key("one more"), NOW + HOUR)).isEqualTo(Assignments.NONE);
        assertThat(assignments.add(Assignments.key("entity-1"), NOW + HOUR, 1)).isTrue();

        // It looks for old ones now and then only.
        int refusals = 1;
        while (!assignments.add(Assignments.key("one more"), NOW + 2 * HOUR + MINUTE, 0)) {
            assertThat(refusals++).isLessThanOrEqualTo(10_000);
        }
        assertThat(assignments.find(Assignments.key("entity-77777"), NOW)).isEqualTo(Assignments.NONE);
        assertThat(assignments.find(Assignments.key("entity-1"), NOW + HOUR)).isEqualTo(1);
    }
}
