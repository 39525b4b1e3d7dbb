package io.github.evidently.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.lifecycle.LifecycleClock.Reading;
import io.github.evidently.state.Node;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class LifecycleClockTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private Instant now = START;
    private final LifecycleClock clock =
            new LifecycleClock(((InstantSource) () -> now).withZone(ZoneOffset.UTC), new Node().values());

    @Test
    void advancingAFreeClockShiftsItAndItGoesOnRunning() {
        clock.advance(HOUR, MAX);
        assertThat(clock.read()).isEqualTo(new Reading(false, START.plus(HOUR), HOUR));

        now = now.plusSeconds(5);
        assertThat(clock.instant()).isEqualTo(START.plus(HOUR).plusSeconds(5));
        clock.advance(HOUR, MAX);
        assertThat(clock.read().offset()).isEqualTo(HOUR.multipliedBy(2));
    }

    @Test
    void advancingAFrozenClockMovesWhereItStandsStill() {
        clock.freeze(START.minus(HOUR));
        clock.advance(HOUR.multipliedBy(3), MAX);
        now = now.plusSeconds(5);

        assertThat(clock.read()).isEqualTo(new Reading(true, START.plus(HOUR.multipliedBy(2)), null));
    }

    @Test
    void freeingItRemovesTheShiftAndTheFreeze() {
        clock.advance(HOUR, MAX);
        clock.free();
        assertThat(clock.read()).isEqualTo(new Reading(false, START, Duration.ZERO));

        clock.advance(HOUR, MAX);
        clock.freeze(MAX);
        clock.free();
        assertThat(clock.read()).isEqualTo(new Reading(false, START, Duration.ZERO));
    }

    @Test
    void isNeverAdvancedToATimeThatCannotBeSaid() {
        clock.advance(Duration.between(START, MAX), MAX);
        for (Duration wrong : new Duration[] {
            Duration.ofMillis(1),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.between(MAX, Instant.EPOCH).minusMillis(1)
        }) {
            assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> clock.advance(wrong, MAX));
        }
        assertThat(clock.instant()).isEqualTo(MAX);
        clock.freeze(MAX);
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> clock.advance(HOUR, MAX));
        assertThat(clock.read()).isEqualTo(new Reading(true, MAX, null));
    }
}
