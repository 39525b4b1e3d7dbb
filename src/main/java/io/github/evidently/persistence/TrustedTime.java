package io.github.evidently.persistence;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wall clock, as far as it can be trusted to delete data: a jump ahead counts only when it has lasted for a day
 * (ADR 47).
 *
 * <p>Between jumps it goes as fast as the clock of {@link System#nanoTime()}. A clock that is set back is followed at
 * once, as that deletes nothing. For one thread.
 */
public final class TrustedTime {

    /** How long a clock must have been ahead before it is trusted. */
    public static final Duration LASTING = Duration.ofDays(1);

    /** The minimum difference that is a jump; less is a clock that is being adjusted. */
    public static final Duration JUMP_MIN = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(TrustedTime.class);

    private Instant time;
    private Instant lastWall;
    private long lastNanoTime;
    private @Nullable Long aheadSince;

    /**
     * @param known a time that has certainly passed, such as when an event was received; null when there is none
     * @param wall the wall clock
     * @param nanoTime the time on the clock of {@link System#nanoTime()}
     */
    public TrustedTime(@Nullable Instant known, Instant wall, long nanoTime) {
        this.time = known == null || wall.isBefore(known) ? wall : known;
        this.lastWall = wall;
        this.lastNanoTime = nanoTime;
        if (Duration.between(time, wall).compareTo(LASTING) > 0) {
            log.warn(
                    "The clock is {} ahead of {}, when this store was last in use. Until that has lasted for {}, retention"
                            + " takes no event for older than it was then.",
                    Duration.between(time, wall),
                    time,
                    LASTING);
        }
    }

    /** Reads both clocks again and returns the trusted time. */
    public Instant advance(Instant wall, long nanoTime) {
        Duration passed = Duration.ofNanos(nanoTime - lastNanoTime);
        Duration jump = Duration.between(lastWall.plus(passed), wall);
        time = time.plus(passed);
        lastWall = wall;
        lastNanoTime = nanoTime;
        if (jump.abs().compareTo(JUMP_MIN) > 0) {
            log.warn(
                    "The clock jumped {} by {}, to {}. Retention goes by a clock that is ahead only when it has been so for {}.",
                    jump.isNegative() ? "back" : "ahead",
                    jump.abs(),
                    wall,
                    LASTING);
            aheadSince = null;
        }
        if (Duration.between(time, wall).compareTo(JUMP_MIN) <= 0) {
            time = wall;
            aheadSince = null;
        } else if (aheadSince == null) {
            aheadSince = nanoTime;
        } else if (nanoTime - aheadSince >= LASTING.toNanos()) {
            time = wall;
            aheadSince = null;
        }
        return time;
    }
}
