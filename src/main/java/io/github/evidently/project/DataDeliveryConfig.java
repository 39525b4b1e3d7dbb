package io.github.evidently.project;

import io.github.evidently.error.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Model shape {@code ProjectDataDeliveryConfig}; the API reference allows only one of the two in one call. */
public record DataDeliveryConfig(
        @Nullable @Valid CloudWatchLogsDestinationConfig cloudWatchLogs,
        @Nullable @Valid S3DestinationConfig s3Destination) {

    /** Model shape {@code CloudWatchLogsDestinationConfig}. */
    public record CloudWatchLogsDestinationConfig(
            @Nullable @Size(min = 1, max = 512) @Pattern(regexp = "^[-a-zA-Z0-9._/]+$")
            String logGroup) {}

    /** Model shape {@code S3DestinationConfig}. */
    public record S3DestinationConfig(
            @Nullable @Size(min = 3, max = 63) @Pattern(regexp = "^[a-z0-9][-a-z0-9]*[a-z0-9]$")
            String bucket,

            @Nullable @Size(min = 1, max = 1024) @Pattern(regexp = "^[-a-zA-Z0-9!_.*'()/]*$")
            String prefix) {}

    /**
     * Returns the destination; null without one.
     *
     * @param prefix of the names of its members in the request, for the error
     * @throws ValidationException when both are given: a project delivers to one place
     */
    @Nullable
    DataDelivery toDataDelivery(String prefix) {
        if (cloudWatchLogs != null && s3Destination != null) {
            throw ValidationException.field(
                    prefix + "s3Destination", "Member must be null when cloudWatchLogs is given");
        }
        if (cloudWatchLogs == null && s3Destination == null) {
            return null;
        }
        return new DataDelivery(
                cloudWatchLogs == null ? null : new DataDelivery.CloudWatchLogsDestination(cloudWatchLogs.logGroup()),
                s3Destination == null
                        ? null
                        : new DataDelivery.S3Destination(s3Destination.bucket(), s3Destination.prefix()));
    }
}
