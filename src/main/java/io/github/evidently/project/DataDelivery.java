package io.github.evidently.project;

import org.jspecify.annotations.Nullable;

/** The destination of evaluation events, at most one of the two (model shape {@code ProjectDataDelivery}). */
public record DataDelivery(
        @Nullable CloudWatchLogsDestination cloudWatchLogs,
        @Nullable S3Destination s3Destination) {

    /** A log group. */
    public record CloudWatchLogsDestination(@Nullable String logGroup) {}

    /** A bucket and the prefix of the objects in it. */
    public record S3Destination(
            @Nullable String bucket, @Nullable String prefix) {}
}
