package io.github.evidently.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of PutProjectEvents.
 *
 * @param dataSizeMax the largest {@code data} of an event, in bytes of UTF-8
 * @param requestSizeMax the largest request body
 * @param queueSizeMax how many events may wait for a commit; a request over it is throttled
 * @param retryWindow for how long the retry of a call is known, at least; 0 for not at all
 * @param retryWindowCallsMax of how many calls it is known; the oldest are forgotten first
 * @param retention for how long events are kept at least; 0 for ever
 * @param retentionSize how much the data may take before the oldest events are removed; 0 for any amount
 * @param invalidEntry what happens to a request with a faulty entry
 */
@Validated
@ConfigurationProperties("evidently.event")
public record EventProperties(
        @DefaultValue("256KB") DataSize dataSizeMax,
        @DefaultValue("10MB") DataSize requestSizeMax,

        @DefaultValue("20000")
        @Min(value = 50, message = "must be at least 50, one full request")
        @Max(value = 10_000_000, message = "must be at most 10000000")
        int queueSizeMax,

        @DefaultValue("15m") Duration retryWindow,

        @DefaultValue("1000000")
        @Min(value = 1, message = "must be at least 1")
        @Max(value = 10_000_000, message = "must be at most 10000000")
        int retryWindowCallsMax,

        @DefaultValue("0") Duration retention,
        @DefaultValue("0") DataSize retentionSize,
        @DefaultValue("report") InvalidEntry invalidEntry) {

    private static final DataSize SIZE_MIN = DataSize.ofKilobytes(1);
    private static final DataSize REQUEST_SIZE_MAX = DataSize.ofMegabytes(100);
    private static final Duration RETRY_WINDOW_MAX = Duration.ofHours(24);
    private static final Duration RETENTION_MIN = Duration.ofMinutes(1);
    private static final Duration RETENTION_MAX = Duration.ofDays(36_500);
    private static final DataSize RETENTION_SIZE_MIN = DataSize.ofMegabytes(1);

    /** What happens to a request with a faulty entry. */
    public enum InvalidEntry {
        /** The entry fails alone and the others are stored, as the real service was seen to do. */
        REPORT,
        /** The whole request fails, as AWS's framework validation does. */
        REJECT
    }

    public EventProperties {
        requireWithin("data-size-max", dataSizeMax, requestSizeMax);
        requireWithin("request-size-max", requestSizeMax, REQUEST_SIZE_MAX);
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

    private static void requireWithin(String name, DataSize value, DataSize max) {
        if (value.compareTo(SIZE_MIN) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException("evidently.event." + name + " must be from " + SIZE_MIN.toKilobytes()
                    + "KB to " + max.toKilobytes() + "KB");
        }
    }
}
