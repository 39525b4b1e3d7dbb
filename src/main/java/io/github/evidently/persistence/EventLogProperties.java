package io.github.evidently.persistence;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of retention and of the retry window.
 *
 * @param retryWindow how long retries of a call are detected, at least; 0 to detect none
 * @param retryWindowCallsMax for how many calls retries are detected; the oldest are forgotten first
 * @param retention how long events are kept, at least; 0 to keep them for ever
 * @param retentionSize how much the data may take before the oldest events are removed; 0 for any amount
 */
@Validated
@ConfigurationProperties("evidently.event")
public record EventLogProperties(
        @DefaultValue("15m") Duration retryWindow,

        @DefaultValue("1000000")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 10_000_000, message = "must be at most 10000000")
        int retryWindowCallsMax,

        @DefaultValue("0") Duration retention,
        @DefaultValue("0") DataSize retentionSize) {

    private static final Duration RETRY_WINDOW_MAX = Duration.ofHours(24);
    private static final Duration RETENTION_MIN = Duration.ofMinutes(1);
    private static final Duration RETENTION_MAX = Duration.ofDays(36_500);
    private static final DataSize RETENTION_SIZE_MIN = DataSize.ofMegabytes(1);

    public EventLogProperties {
        if (retryWindow.isNegative() || retryWindow.compareTo(RETRY_WINDOW_MAX) > 0) {
            throw new IllegalArgumentException(
                    "evidently.event.retry-window must be from 0 to " + RETRY_WINDOW_MAX.toHours() + "h");
        }
        if (!retention.isZero() && (retention.compareTo(RETENTION_MIN) < 0 || retention.compareTo(RETENTION_MAX) > 0)) {
            throw new IllegalArgumentException("evidently.event.retention must be 0 or from "
                    + RETENTION_MIN.toMinutes() + "m to " + RETENTION_MAX.toDays() + "d");
        }
        if (retentionSize.toBytes() != 0 && retentionSize.compareTo(RETENTION_SIZE_MIN) < 0) {
            throw new IllegalArgumentException(
                    "evidently.event.retention-size must be 0 or at least " + RETENTION_SIZE_MIN.toMegabytes() + "MB");
        }
    }
}
