package io.github.evidently.experiment;

import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.resource.Name;
import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The division of the audience (model shapes {@code OnlineAbConfig} and {@code OnlineAbDefinition}, which have the same
 * members).
 *
 * @param treatmentWeights shares of the audience by treatment; a treatment that is not named has none
 */
public record OnlineAbConfig(
        @Nullable @Name String controlTreatmentName,

        @Nullable Map<@Name String, @NotNull @SplitWeight Long> treatmentWeights) {}
