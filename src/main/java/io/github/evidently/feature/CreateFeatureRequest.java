package io.github.evidently.feature;

import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.resource.Name;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of CreateFeature (model shape {@code CreateFeatureRequest}). */
public record CreateFeatureRequest(
        @Nullable @Name String defaultVariation,
        @Nullable @Size(max = 160) String description,

        @Nullable @Size(max = Feature.OVERRIDES_MAX)
        Map<@Size(min = 1, max = Feature.ENTITY_ID_LENGTH_MAX) String, @NotNull @Name String> entityOverrides,

        @Nullable EvaluationStrategy evaluationStrategy,
        @NotNull @Name String name,

        @Nullable @Size(max = 50) Map<@TagKey String, @TagValue String> tags,

        @NotNull @Size(min = 1, max = Feature.VARIATIONS_MAX)
        List<@NotNull @Valid Variation> variations) {}
