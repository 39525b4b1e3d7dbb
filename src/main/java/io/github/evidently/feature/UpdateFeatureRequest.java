package io.github.evidently.feature;

import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.resource.Name;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of UpdateFeature (model shape {@code UpdateFeatureRequest}); an absent member leaves that of the feature
 * unchanged.
 *
 * @param entityOverrides replaces all existing overrides
 * @param removeVariations names that the feature does not have are ignored
 */
record UpdateFeatureRequest(
        @Nullable @Size(min = 1, max = Feature.VARIATIONS_MAX)
        List<@NotNull @Valid Variation> addOrUpdateVariations,

        @Nullable @Name String defaultVariation,
        @Nullable @Size(max = 160) String description,

        @Nullable @Size(max = Feature.OVERRIDES_MAX)
        Map<@Size(min = 1, max = Feature.ENTITY_ID_LENGTH_MAX) String, @NotNull @Name String> entityOverrides,

        @Nullable EvaluationStrategy evaluationStrategy,

        @Nullable @Size(max = Feature.VARIATIONS_MAX) List<@NotNull @Name String> removeVariations) {}
