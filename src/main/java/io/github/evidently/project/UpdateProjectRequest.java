package io.github.evidently.project;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** The body of UpdateProject (model shape {@code UpdateProjectRequest}); an absent member leaves the project's. */
record UpdateProjectRequest(
        @Nullable @Valid AppConfigResourceConfig appConfigResource,
        @Nullable @Size(max = 160) String description) {}
