package io.github.evidently.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlicesTest {

    private static final long MINUTE = 60_000;
    private static final long START = 1_769_860_800_000L;

    private final Slices slices = new Slices(2, START + 36_000);

    @Test
    void areMinutesAtFirst() {
        add(0, 3);
        add(59, 5);
        slices.add(1, START + MINUTE, 1, 1, 7, true);

        assertThat(slices.widthMinutes()).isEqualTo(1);
        assertTotal(0, 0, 1, 1, 3);
        assertTotal(0, 0, 60, 2, 8);
        assertTotal(1, 0, 60, 1, 7);
        assertThat(slices.start(59)).isEqualTo(START + 59 * MINUTE);
        assertThat(slices.index(START + 59 * MINUTE + 1)).isEqualTo(59);
        assertThat(slices.indexFrom(START + 59 * MINUTE)).isEqualTo(59);
        assertThat(slices.indexFrom(START + 59 * MINUTE + 1)).isEqualTo(60);
    }

    @Test
    void growWiderWithTheAgeOfTheExperiment() {
        int minutes = 30 * 24 * 60;
        for (int i = 0; i < minutes; i++) {
            add(i, 1);
        }

        assertThat(slices.widthMinutes()).isEqualTo(128);
        assertTotal(0, 0, Slices.SLICES_MAX, minutes, minutes);
        assertTotal(0, 0, slices.indexFrom(START + 1280 * MINUTE), 1280, 1280);
        long bytes = slices.bytes();
        add(minutes - 1, 1);
        assertThat(slices.bytes()).isEqualTo(bytes).isLessThan(900_000);
    }

    @Test
    void takeSamplesThatComeLate() {
        add(10_000, 1);
        add(0, 2);

        assertTotal(0, 0, 1, 1, 2);
        assertTotal(0, 0, Slices.SLICES_MAX, 2, 3);
    }

    /** One of four entities stands for all. */
    @Test
    void countWeights() {
        slices.add(0, START, 3, 4, 2.5, true);

        Slices.Total total = new Slices.Total();
        slices.addTo(total, 0, 0, 1);
        assertThat(total.samples()).isEqualTo(1);
        assertThat(total.entities()).isEqualTo(4);
        assertThat(total.sums().count(3)).isEqualTo(4);
        assertThat(total.sums().sum(3)).isEqualTo(10);
    }

    @Test
    void areTheSameAfterTheyWereWrittenAndRead() {
        add(0, 3);
        slices.add(1, START, 199, 1, -7, true);
        TallyOutput output = new TallyOutput();
        slices.write(0, output);

        Slices read = new Slices(2, START);
        read.read(0, new TallyInput(output.toByteArray()));

        Slices.Total total = new Slices.Total();
        read.addTo(total, 1, 0, 1);
        assertThat(total.sums().sum(199)).isEqualTo(-7);
        assertThat(total.entities()).isEqualTo(1);
        assertThat(slices.dirty().stream()).containsExactly(0);
        assertThat(read.dirty().isEmpty()).isTrue();
    }

    private void add(int minute, double value) {
        slices.add(0, START + minute * MINUTE, minute % 200, 1, value, true);
    }

    private void assertTotal(int series, int from, int to, long samples, double sum) {
        Slices.Total total = new Slices.Total();
        slices.addTo(total, series, from, to);
        assertThat(total.samples()).isEqualTo(samples);
        assertThat(total.sums().count()).isEqualTo((double) samples);
        assertThat(total.sums().sum()).isEqualTo(sum);
    }
}
