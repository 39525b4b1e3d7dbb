package io.github.evidently;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.springframework.stereotype.Component;

/**
 * Limits the rate of warnings and errors of a logger: a client that provokes one with each request must not fill the
 * disk.
 *
 * <p>Further lines are dropped, and one line says so.
 */
@Component
final class LogRateLimit {

    /** The maximum number of lines of level WARN or ERROR that a logger may write in a period. */
    static final int LINES_MAX = 100;

    private static final Duration PERIOD = Duration.ofSeconds(10);

    LogRateLimit() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getTurboFilterList().stream().noneMatch(Limit.class::isInstance)) {
            context.addTurboFilter(new Limit());
        }
    }

    private static final class Limit extends TurboFilter {

        /** The periods by logger; there are at most as many as classes. */
        private final Map<String, Period> periods = new ConcurrentHashMap<>();

        @Override
        public FilterReply decide(
                @Nullable Marker marker,
                Logger logger,
                Level level,
                @Nullable String format,
                Object @Nullable [] arguments,
                @Nullable Throwable failure) {
            // Without a format, the caller only asks whether the level is enabled.
            if (!level.isGreaterOrEqual(Level.WARN) || format == null) {
                return FilterReply.NEUTRAL;
            }
            int lines = periods.compute(
                            logger.getName(), (_, period) -> period == null || period.isOver() ? new Period() : period)
                    .lines
                    .incrementAndGet();
            if (lines == LINES_MAX) {
                // This line passes through the filter again.
                logger.warn("Further warnings of this kind are dropped for up to {} s", PERIOD.toSeconds());
                return FilterReply.DENY;
            }
            return lines <= LINES_MAX + 1 ? FilterReply.NEUTRAL : FilterReply.DENY;
        }
    }

    private static final class Period {

        final AtomicInteger lines = new AtomicInteger();
        private final long started = System.nanoTime();

        boolean isOver() {
            return System.nanoTime() - started > PERIOD.toNanos();
        }
    }
}
