package io.github.evidently.lifecycle;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The time that schedules and lifecycles see: the server's, unless a test has frozen it.
 *
 * <p>Signatures, retention and the times at which events arrive follow the server's own clock. Thread-safe.
 */
@Component
public final class LifecycleClock {

    private final Clock clock;
    private final AtomicReference<@Nullable Instant> frozen = new AtomicReference<>();

    LifecycleClock(Clock clock) {
        this.clock = clock;
    }

    /** Now. */
    public Instant instant() {
        Instant instant = frozen.get();
        return instant == null ? clock.instant() : instant;
    }

    /** Whether it stands still. */
    public boolean isFrozen() {
        return frozen.get() != null;
    }

    /** Stands still at that time. */
    public void freeze(Instant instant) {
        frozen.set(instant);
    }

    /** Follows the server's clock again. */
    public void free() {
        frozen.set(null);
    }
}
