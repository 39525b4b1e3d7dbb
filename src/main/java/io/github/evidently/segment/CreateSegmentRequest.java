package io.github.evidently.segment;

import io.github.evidently.resource.ResourceName;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of CreateSegment (model shape {@code CreateSegmentRequest}). */
public record CreateSegmentRequest(
        @Nullable @Size(max = 160) String description,

        @NotNull @Size(min = 1, max = Segment.NAME_LENGTH_MAX) @Pattern(regexp = ResourceName.PATTERN)
        String name,

        @NotNull @Size(min = 1, max = 1024) String pattern,

        @Nullable @Size(max = 50) Map<@TagKey String, @TagValue String> tags) {}
