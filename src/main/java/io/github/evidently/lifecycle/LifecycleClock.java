package io.github.evidently.lifecycle;

import io.github.evidently.state.SharedValue;
import io.github.evidently.state.SharedValues;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Provides the time for schedules and lifecycles: the server's time, unless a test has shifted or frozen it.
 *
 * <p>Nodes that share a store share the setting. Signatures, retention and the times at which events arrive follow the server's own clock. Thread-safe.
 */
@Component
public final class LifecycleClock {

    private final Clock clock;
    private final SharedValue<Setting> setting;

    LifecycleClock(Clock clock, SharedValues values) {
        this.clock = clock;
        this.setting = values.open("clock", Setting.class, Setting.FREE);
    }

    /**
     * The setting of the clock.
     *
     * @param frozen the time at which it is frozen; null when it runs
     * @param offset how far it is ahead of the server's clock while it runs; negative when it is behind
     */
    record Setting(@Nullable Instant frozen, Duration offset) {

        private static final Setting FREE = new Setting(null, Duration.ZERO);

        Instant at(Instant now) {
            return frozen == null ? now.plus(offset) : frozen;
        }

        Setting advanced(Duration duration) {
            return frozen == null
                    ? new Setting(null, offset.plus(duration))
                    : new Setting(frozen.plus(duration), Duration.ZERO);
        }
    }

    /**
     * A reading of the clock.
     *
     * @param isFrozen whether it is frozen
     * @param offset how far it is ahead of the server's clock; null while it is frozen
     */
    public record Reading(
            boolean isFrozen, Instant time, @Nullable Duration offset) {}

    /** Returns the current time. */
    public Instant instant() {
        return setting.get().at(clock.instant());
    }

    /** Returns the current time and the setting. */
    public Reading read() {
        Setting current = setting.get();
        boolean isFrozen = current.frozen != null;
        return new Reading(isFrozen, current.at(clock.instant()), isFrozen ? null : current.offset);
    }

    /** Freezes the clock at that time. */
    public void freeze(Instant instant) {
        Setting _ = setting.update(_ -> new Setting(instant, Duration.ZERO));
    }

    /**
     * Advances the clock, or sets it back by a negative duration. A frozen clock stays frozen, a running one keeps
     * running.
     *
     * @param max the latest time that it may show afterwards; the earliest is 1970
     * @throws DateTimeException when it would show a time outside these bounds; nothing changes then
     */
    public void advance(Duration duration, Instant max) {
        Setting _ = setting.update(before -> {
            try {
                Setting after = before.advanced(duration);
                Instant time = after.at(clock.instant());
                if (!time.isBefore(Instant.EPOCH) && !time.isAfter(max)) {
                    return after;
                }
            } catch (ArithmeticException e) {
                // The time is out of the range of a duration.
            }
            throw new DateTimeException("The clock cannot be advanced by " + duration);
        });
    }

    /** Follows the server's clock again. */
    public void free() {
        Setting _ = setting.update(_ -> Setting.FREE);
    }
}
