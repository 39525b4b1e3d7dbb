package io.github.evidently.launch;

import io.github.evidently.resource.Name;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Model shape {@code LaunchGroupConfig}. */
public record LaunchGroupConfig(
        @Nullable @Size(max = 160) String description,
        @NotNull @Name String feature,
        @NotNull @Name String name,
        @NotNull @Name String variation) {

    LaunchGroup toGroup() {
        return new LaunchGroup(description, Map.of(feature, variation), name);
    }
}
