package io.github.evidently.experiment;

import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.resource.SegmentRef;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of UpdateExperiment (model shape {@code UpdateExperimentRequest}); an absent member leaves that of the
 * experiment unchanged.
 */
record UpdateExperimentRequest(
        @Nullable @Size(max = 160) String description,

        @Nullable @Size(min = 1, max = Experiment.GOALS_MAX) List<@NotNull @Valid MetricGoal> metricGoals,

        @Nullable @Valid OnlineAbConfig onlineAbConfig,
        @Nullable @Size(max = 127) String randomizationSalt,
        @Nullable Boolean removeSegment,
        @Nullable @SplitWeight Long samplingRate,

        @Nullable @Size(max = SegmentRef.LENGTH_MAX) @Pattern(regexp = SegmentRef.PATTERN)
        String segment,

        @Nullable @Size(min = Experiment.TREATMENTS_MIN, max = Experiment.TREATMENTS_MAX)
        List<@NotNull @Valid TreatmentConfig> treatments) {

    boolean removesSegment() {
        return Boolean.TRUE.equals(removeSegment);
    }

    /** Tells whether it changes more than a running experiment allows. */
    boolean changesDesign() {
        return metricGoals != null
                || onlineAbConfig != null
                || randomizationSalt != null
                || removesSegment()
                || segment != null
                || treatments != null;
    }
}
