package io.github.evidently.experiment;

import io.github.evidently.resource.Name;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Model shape {@code TreatmentConfig}. */
public record TreatmentConfig(
        @Nullable @Size(max = 160) String description,
        @NotNull @Name String feature,
        @NotNull @Name String name,
        @NotNull @Name String variation) {

    Treatment toTreatment() {
        return new Treatment(description, Map.of(feature, variation), name);
    }
}
