package io.github.evidently.segment;

import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An audience (model shape {@code Segment}).
 *
 * @param pattern of EventBridge, as it was given, white space and all
 */
public record Segment(
        String name,
        String pattern,
        @Nullable String description,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags)
        implements Resource<Segment> {

    /** What it is called in ARNs. */
    public static final String KIND = "segment";

    /** The kind of these resources. */
    public static final Kind<Segment> SEGMENTS = new Kind<>(KIND, Segment.class);

    static final int NAME_LENGTH_MAX = 64;

    /** Every project may use it, so it belongs to none. */
    @Override
    public String project() {
        return "";
    }

    @Override
    public Segment withTags(Map<String, String> tags, Instant now) {
        return new Segment(name, pattern, description, createdTime, now, tags);
    }
}
