package io.github.evidently.project;

import io.github.evidently.resource.Name;
import io.github.evidently.resource.TagKey;
import io.github.evidently.resource.TagValue;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of CreateProject (model shape {@code CreateProjectRequest}). */
public record CreateProjectRequest(
        @Nullable @Valid AppConfigResourceConfig appConfigResource,
        @Nullable @Valid DataDeliveryConfig dataDelivery,
        @Nullable @Size(max = 160) String description,

        @NotNull @Name String name,

        @Nullable @Size(max = 50) Map<@TagKey String, @TagValue String> tags) {}
