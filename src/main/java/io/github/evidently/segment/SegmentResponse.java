package io.github.evidently.segment;

import io.github.evidently.resource.ServerIdentity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of CreateSegment and GetSegment. */
record SegmentResponse(Details segment) {

    /** Model shape {@code Segment}, times in whole epoch seconds. */
    record Details(
            String arn,
            long createdTime,
            @Nullable String description,
            long experimentCount,
            long lastUpdatedTime,
            long launchCount,
            String name,
            String pattern,
            Map<String, String> tags) {

        static Details of(Segment segment, long experimentCount, long launchCount, ServerIdentity identity) {
            return new Details(
                    identity.segmentArn(segment.name()),
                    segment.createdTime().getEpochSecond(),
                    segment.description(),
                    experimentCount,
                    segment.lastUpdatedTime().getEpochSecond(),
                    launchCount,
                    segment.name(),
                    segment.pattern(),
                    segment.tags());
        }
    }
}
