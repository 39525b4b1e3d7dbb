package io.github.evidently.feature;

import io.github.evidently.resource.Name;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** One of the alternatives of a feature (model shapes {@code Variation} and {@code VariationConfig}). */
public record Variation(
        @NotNull @Name String name, @NotNull @Valid VariableValue value) {}
