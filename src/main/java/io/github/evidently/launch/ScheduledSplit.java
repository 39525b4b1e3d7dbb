package io.github.evidently.launch;

import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.resource.Name;
import io.github.evidently.resource.SegmentRef;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A step of a launch (model shapes {@code ScheduledSplit} and {@code ScheduledSplitConfig}, which have the same
 * members).
 *
 * @param groupWeights shares by group, for the entities to which no segment override applies
 * @param segmentOverrides shares for members of segments
 * @param startTime when the step begins; it ends when the next one begins
 */
public record ScheduledSplit(
        @NotNull @Size(max = 5) Map<@Name String, @NotNull @SplitWeight Long> groupWeights,

        @Nullable @Size(max = 6) List<@NotNull @Valid SegmentOverride> segmentOverrides,

        @NotNull Instant startTime) {

    /**
     * Shares for the members of one segment (model shape {@code SegmentOverride}).
     *
     * @param evaluationOrder the lowest comes first
     * @param segment a name in a launch, a name or an ARN in a request
     */
    public record SegmentOverride(
            @NotNull Long evaluationOrder,

            @NotNull @Size(max = SegmentRef.LENGTH_MAX) @Pattern(regexp = SegmentRef.PATTERN)
            String segment,

            @NotNull @Size(max = 5) Map<@Name String, @NotNull @SplitWeight Long> weights) {

        SegmentOverride resolved(Function<SegmentRef, String> segments) {
            return new SegmentOverride(evaluationOrder, segments.apply(new SegmentRef(segment)), weights);
        }
    }

    /** Returns the overrides; never null. */
    public List<SegmentOverride> overrides() {
        return segmentOverrides == null ? List.of() : segmentOverrides;
    }

    /** Returns the same step with the names of segments in place of references. */
    ScheduledSplit resolved(Function<SegmentRef, String> segments) {
        return new ScheduledSplit(
                groupWeights,
                overrides().stream()
                        .map(override -> override.resolved(segments))
                        .toList(),
                startTime);
    }
}
