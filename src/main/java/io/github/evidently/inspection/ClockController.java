package io.github.evidently.inspection;

import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.LifecycleClock;
import io.github.evidently.lifecycle.LifecycleClock.Reading;
import io.github.evidently.wire.EpochSeconds;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.http.HttpServletRequest;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Freezes, advances and frees the clock of schedules and lifecycles for tests; off unless configured. */
@RestController
class ClockController {

    private static final Instant TIME_MAX = Instant.ofEpochMilli(EpochSeconds.MILLIS_MAX);
    private static final Logger log = LoggerFactory.getLogger(ClockController.class);

    private final LifecycleClock clock;
    private final RequestBodies bodies;
    private final boolean enabled;

    ClockController(LifecycleClock clock, RequestBodies bodies, InspectionProperties properties) {
        this.clock = clock;
        this.bodies = bodies;
        this.enabled = properties.clock();
    }

    /**
     * A change to the clock: exactly one of the two members.
     *
     * @param time the time at which to freeze it
     * @param advance how far it goes forward: {@code PT1H}. A frozen clock stays frozen, a free one keeps running
     */
    record ClockRequest(@Nullable Instant time, @Nullable String advance) {}

    /**
     * A reading of the clock.
     *
     * @param time in epoch seconds with three decimals
     * @param offset how far a free clock is ahead of the server's, as an ISO-8601 duration; null while it is frozen
     */
    record ClockView(
            boolean frozen, BigDecimal time, @Nullable String offset) {}

    @GetMapping("/_evidently/clock")
    ClockView get() {
        requireEnabled();
        return view(clock.read());
    }

    @PutMapping("/_evidently/clock")
    ClockView set(HttpServletRequest request) {
        requireEnabled();
        ClockRequest body = bodies.read(request, ClockRequest.class);
        if (body.time() != null && body.advance() == null) {
            clock.freeze(body.time());
        } else if (body.advance() != null && body.time() == null) {
            advance(body.advance());
        } else {
            throw ValidationException.cannotParse("The request body must have either time or advance");
        }
        return changed();
    }

    @DeleteMapping("/_evidently/clock")
    ClockView free() {
        requireEnabled();
        clock.free();
        return changed();
    }

    private void advance(String advance) {
        try {
            clock.advance(Duration.parse(advance), TIME_MAX);
        } catch (DateTimeException e) {
            throw ValidationException.field(
                    "advance", "Member must be an ISO-8601 duration, such as PT1H, up to the year 9999");
        }
    }

    private void requireEnabled() {
        if (!enabled) {
            throw ValidationException.unknownOperation(
                    "The clock cannot be set: evidently.inspection.clock is not true");
        }
    }

    private ClockView changed() {
        Reading reading = clock.read();
        if (reading.isFrozen()) {
            log.info("The clock of launches and experiments is frozen at {}", reading.time());
        } else {
            log.info("The clock of launches and experiments runs, {} ahead of the server's", reading.offset());
        }
        return view(reading);
    }

    private static ClockView view(Reading reading) {
        return new ClockView(
                reading.isFrozen(),
                EpochSeconds.withMillis(reading.time()),
                reading.offset() == null ? null : reading.offset().toString());
    }
}
