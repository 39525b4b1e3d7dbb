package io.github.evidently.segment;

import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A segment: an audience described by an event pattern (model shape {@code Segment}).
 *
 * @param pattern an EventBridge pattern, exactly as it was given, with its white space
 */
public record Segment(
        String name,
        String pattern,
        @Nullable String description,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags)
        implements Resource<Segment> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "segment";

    /** The kind of these resources. */
    public static final Kind<Segment> SEGMENTS = new Kind<>(KIND, Segment.class);

    static final int NAME_LENGTH_MAX = 64;

    /** Returns an empty name: every project may use a segment, so it belongs to none. */
    @Override
    public String project() {
        return "";
    }

    @Override
    public Segment withTags(Map<String, String> tags, Instant now) {
        return new Segment(name, pattern, description, createdTime, now, tags);
    }
}
