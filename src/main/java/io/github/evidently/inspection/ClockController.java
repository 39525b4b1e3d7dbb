package io.github.evidently.inspection;

import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.wire.EpochSeconds;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Freezes, advances and frees the time that schedules and lifecycles see, for tests; off unless configured. */
@RestController
class ClockController {

    private final LifecycleClock clock;
    private final RequestBodies bodies;
    private final boolean enabled;

    ClockController(LifecycleClock clock, RequestBodies bodies, InspectionProperties properties) {
        this.clock = clock;
        this.bodies = bodies;
        this.enabled = properties.clock();
    }

    /**
     * What the clock shall do: one of the two.
     *
     * @param time to stand still at
     * @param advance how far to go on from where it stands or runs, then to stand still: {@code PT1H}
     */
    record ClockRequest(@Nullable Instant time, @Nullable String advance) {}

    /** What the clock shows, in epoch seconds with three decimals. */
    record ClockView(boolean frozen, BigDecimal time) {}

    @GetMapping("/_evidently/clock")
    ClockView get() {
        requireEnabled();
        return view();
    }

    @PutMapping("/_evidently/clock")
    ClockView set(HttpServletRequest request) {
        requireEnabled();
        ClockRequest body = bodies.read(request, ClockRequest.class);
        if (body.time() != null && body.advance() == null) {
            clock.freeze(body.time());
        } else if (body.advance() != null && body.time() == null) {
            clock.freeze(advanced(body.advance()));
        } else {
            throw ValidationException.cannotParse("The request body must have either time or advance");
        }
        return view();
    }

    @DeleteMapping("/_evidently/clock")
    ClockView free() {
        requireEnabled();
        clock.free();
        return view();
    }

    private Instant advanced(String advance) {
        try {
            Instant time = clock.instant().plus(Duration.parse(advance));
            if (time.toEpochMilli() >= 0 && time.toEpochMilli() <= EpochSeconds.MILLIS_MAX) {
                return time;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Refused below, like a time that timestamps do not reach.
        }
        throw ValidationException.field(
                "advance", "Member must be an ISO-8601 duration, such as PT1H, up to the year 9999");
    }

    private void requireEnabled() {
        if (!enabled) {
            throw ValidationException.unknownOperation(
                    "The clock cannot be set: evidently.inspection.clock is not true");
        }
    }

    private ClockView view() {
        return new ClockView(clock.isFrozen(), EpochSeconds.withMillis(clock.instant()));
    }
}
