package io.github.evidently.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.evaluation.Assignment.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Entities always have the same number; chance would hit each critical value here once in a thousand times. */
class AssignmentTest {

    private static final int PLACES = 100_000;

    /** Chi-squared with 99 degrees of freedom: 0.1 % of random samples are above. */
    private static final double CRITICAL_99 = 148.23;

    /** The same with 81 degrees of freedom. */
    private static final double CRITICAL_81 = 126.08;

    /** By the Python program that {@code docs/assignment.md} shows. */
    @ParameterizedTest
    @CsvSource({
        "LAUNCH, spring, '', anna, 69970",
        "SEGMENT_OVERRIDE, spring, chrome, anna, 31671",
        "SAMPLING, spring, '', anna, 36109",
        "TREATMENT, spring, '', anna, 30013",
        "TREATMENT, salt, '', 1, 54844",
        "LAUNCH, springa, '', nna, 38383",
        "SAMPLING, größe, '', 名😀, 23387",
        "SEGMENT_OVERRIDE, s, '', '', 8004",
        "SEGMENT_OVERRIDE, '', s, '', 7380",
        "LAUNCH, '', '', '', 38026"
    })
    void isWhatTheDocumentSays(Purpose purpose, String salt, String division, String entityId, int place) {
        assertThat(Assignment.place(purpose, salt, division, entityId)).isEqualTo(place);
    }

    @Test
    void takesTheLongestTexts() {
        assertThat(Assignment.place(Purpose.SEGMENT_OVERRIDE, "s".repeat(127), "x".repeat(64), "e".repeat(512)))
                .isEqualTo(26020);
    }

    @ParameterizedTest
    @EnumSource
    void isUniformOverAMillionEntities(Purpose purpose) {
        int entities = 1_000_000;
        int[] counts = new int[100];
        for (int i = 0; i < entities; i++) {
            // Not every 100th place alone, but each: a hundredth of the places is a cell.
            counts[Assignment.place(purpose, "checkout", "", "user-" + i) / (PLACES / counts.length)]++;
        }

        double expected = (double) entities / counts.length;
        double chiSquared = Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquared).isLessThan(CRITICAL_99);
    }

    @Test
    void isUniformInItsLastDigitsToo() {
        int entities = 1_000_000;
        int[] counts = new int[100];
        for (int i = 0; i < entities; i++) {
            counts[Assignment.place(Purpose.TREATMENT, "checkout", "", Integer.toHexString(i)) % counts.length]++;
        }

        double expected = (double) entities / counts.length;
        double chiSquared = Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquared).isLessThan(CRITICAL_99);
    }

    @Test
    void reachesTheFirstPlaceAndTheLastAndNoneBeyond() {
        int[] places = new int[2];
        Arrays.fill(places, PLACES / 2);
        for (int i = 0; i < 1_000_000; i++) {
            int place = Assignment.place(Purpose.LAUNCH, "", "", Integer.toString(i));
            places[0] = Math.min(places[0], place);
            places[1] = Math.max(places[1], place);
        }

        assertThat(places).containsExactly(0, PLACES - 1);
    }

    /** Two ways to divide the same entities. */
    record Divisions(String name, ToIntFunction<String> first, ToIntFunction<String> second) {

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Divisions> divisions() {
        List<Divisions> divisions = new ArrayList<>();
        Purpose[] purposes = Purpose.values();
        for (int i = 0; i < purposes.length; i++) {
            for (int j = i + 1; j < purposes.length; j++) {
                Purpose first = purposes[i];
                Purpose second = purposes[j];
                divisions.add(new Divisions(
                        first + " and " + second,
                        id -> Assignment.place(first, "salt", "", id),
                        id -> Assignment.place(second, "salt", "", id)));
            }
        }
        divisions.add(new Divisions(
                "salts that differ in a letter",
                id -> Assignment.place(Purpose.TREATMENT, "experiment-1", "", id),
                id -> Assignment.place(Purpose.TREATMENT, "experiment-2", "", id)));
        divisions.add(new Divisions(
                "a salt and a longer one",
                id -> Assignment.place(Purpose.LAUNCH, "launch", "", id),
                id -> Assignment.place(Purpose.LAUNCH, "launchu", "", id)));
        divisions.add(new Divisions(
                "two segments of a launch",
                id -> Assignment.place(Purpose.SEGMENT_OVERRIDE, "launch", "chrome", id),
                id -> Assignment.place(Purpose.SEGMENT_OVERRIDE, "launch", "safari", id)));
        return divisions;
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void isIndependent(Divisions divisions) {
        int entities = 200_000;
        int[][] counts = new int[10][10];
        int[] rows = new int[10];
        int[] columns = new int[10];
        for (int i = 0; i < entities; i++) {
            int row = divisions.first.applyAsInt("user-" + i) / (PLACES / 10);
            int column = divisions.second.applyAsInt("user-" + i) / (PLACES / 10);
            counts[row][column]++;
            rows[row]++;
            columns[column]++;
        }

        double chiSquared = 0;
        for (int row = 0; row < 10; row++) {
            for (int column = 0; column < 10; column++) {
                double expected = (double) rows[row] * columns[column] / entities;
                chiSquared += Math.pow(counts[row][column] - expected, 2) / expected;
            }
        }
        assertThat(chiSquared).isLessThan(CRITICAL_81);
    }
}
