package io.github.evidently.experiment;

import io.github.evidently.lifecycle.CreateRequest;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.resource.Name;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of CreateExperiment (model shape {@code CreateExperimentRequest}).
 *
 * @param treatments the model accepts an empty list too, but an experiment in a response has 2 to 5
 */
public record CreateExperimentRequest(
        @Nullable @Size(max = 160) String description,

        @NotNull @Size(min = 1, max = Experiment.GOALS_MAX) List<@NotNull @Valid MetricGoal> metricGoals,

        @NotNull @Name String name,
        @Nullable @Valid OnlineAbConfig onlineAbConfig,
        @Nullable @Size(max = 127) String randomizationSalt,
        @Nullable @SplitWeight Long samplingRate,

        @Nullable @Size(max = SegmentRef.LENGTH_MAX) @Pattern(regexp = SegmentRef.PATTERN)
        String segment,

        @Nullable @Size(max = 50) Map<@TagKey String, @TagValue String> tags,

        @NotNull @Size(min = Experiment.TREATMENTS_MIN, max = Experiment.TREATMENTS_MAX)
        List<@NotNull @Valid TreatmentConfig> treatments)
        implements CreateRequest {}
