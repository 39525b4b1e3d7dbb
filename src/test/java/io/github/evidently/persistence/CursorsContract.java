package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Cursors} does; the stores' tests extend it. */
public abstract class CursorsContract {

    private Cursors cursors;

    protected abstract Cursors open();

    @BeforeEach
    void openCursors() {
        cursors = open();
    }

    @Test
    void beginsAtZero() {
        assertThat(cursors.position("a")).isZero();
    }

    @Test
    void advancesEachConsumerAlone() {
        assertThat(cursors.advance("a", 0, 5)).isTrue();
        assertThat(cursors.advance("a", 5, 9)).isTrue();
        assertThat(cursors.advance("b", 0, 2)).isTrue();

        assertThat(cursors.position("a")).isEqualTo(9);
        assertThat(cursors.position("b")).isEqualTo(2);
    }

    @Test
    void isNotAdvancedFromAnotherPosition() {
        assertThat(cursors.advance("a", 3, 5)).isFalse();
        assertThat(cursors.advance("a", 0, 5)).isTrue();
        assertThat(cursors.advance("a", 0, 7)).isFalse();
        assertThat(cursors.advance("a", 4, 7)).isFalse();

        assertThat(cursors.position("a")).isEqualTo(5);
    }

    @Test
    void beginsAnewOnceItWasRemoved() {
        assertThat(cursors.advance("a", 0, 5)).isTrue();
        cursors.remove("a");

        assertThat(cursors.position("a")).isZero();
        assertThat(cursors.advance("a", 0, 1)).isTrue();
    }
}
