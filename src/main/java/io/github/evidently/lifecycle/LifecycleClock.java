package io.github.evidently.lifecycle;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The time that schedules and lifecycles see: the server's, unless a test has shifted or frozen it.
 *
 * <p>Signatures, retention and the times at which events arrive follow the server's own clock. Thread-safe.
 */
@Component
public final class LifecycleClock {

    private final Clock clock;
    private final AtomicReference<Setting> setting = new AtomicReference<>(Setting.FREE);

    LifecycleClock(Clock clock) {
        this.clock = clock;
    }

    /**
     * How the clock is set.
     *
     * @param frozen where it stands still; null when it runs
     * @param offset how far it is ahead of the server's clock while it runs; negative when it is behind
     */
    private record Setting(@Nullable Instant frozen, Duration offset) {

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
     * What the clock shows.
     *
     * @param isFrozen whether it stands still
     * @param offset how far it is ahead of the server's clock; null while it stands still
     */
    public record Reading(
            boolean isFrozen, Instant time, @Nullable Duration offset) {}

    /** Now. */
    public Instant instant() {
        return setting.get().at(clock.instant());
    }

    /** What it shows, and how it is set. */
    public Reading read() {
        Setting current = setting.get();
        boolean isFrozen = current.frozen != null;
        return new Reading(isFrozen, current.at(clock.instant()), isFrozen ? null : current.offset);
    }

    /** Stands still at that time. */
    public void freeze(Instant instant) {
        setting.set(new Setting(instant, Duration.ZERO));
    }

    /**
     * Goes forward, or back by a negative duration: a clock that stands still stands still there, one that runs goes on
     * running.
     *
     * @param max the latest time that it may show afterwards; the earliest is 1970
     * @throws DateTimeException when it would show another time; nothing has changed then
     */
    public void advance(Duration duration, Instant max) {
        setting.updateAndGet(before -> {
            try {
                Setting after = before.advanced(duration);
                Instant time = after.at(clock.instant());
                if (!time.isBefore(Instant.EPOCH) && !time.isAfter(max)) {
                    return after;
                }
            } catch (ArithmeticException e) {
                // Further than a duration reaches.
            }
            throw new DateTimeException("The clock cannot be advanced by " + duration);
        });
    }

    /** Follows the server's clock again. */
    public void free() {
        setting.set(Setting.FREE);
    }
}
