package io.github.evidently.event;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
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
 * @param invalidEntry what happens to a request with an invalid entry
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

        @DefaultValue("report") InvalidEntry invalidEntry) {

    private static final DataSize SIZE_MIN = DataSize.ofKilobytes(1);
    private static final DataSize REQUEST_SIZE_MAX = DataSize.ofMegabytes(100);

    /** What happens to a request with an invalid entry. */
    public enum InvalidEntry {
        /** The entry fails alone and the others are stored, as the real service was seen to do. */
        REPORT,
        /** The whole request fails, as AWS's framework validation does. */
        REJECT
    }

    public EventProperties {
        requireWithin("data-size-max", dataSizeMax, requestSizeMax);
        requireWithin("request-size-max", requestSizeMax, REQUEST_SIZE_MAX);
    }

    private static void requireWithin(String name, DataSize value, DataSize max) {
        if (value.compareTo(SIZE_MIN) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException("evidently.event." + name + " must be from " + SIZE_MIN.toKilobytes()
                    + "KB to " + max.toKilobytes() + "KB");
        }
    }
}
