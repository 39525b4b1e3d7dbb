package io.github.evidently.project;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * The body of UpdateProject (model shape {@code UpdateProjectRequest}); an absent member leaves that of the project
 * unchanged.
 */
record UpdateProjectRequest(
        @Nullable @Valid AppConfigResourceConfig appConfigResource,
        @Nullable @Size(max = 160) String description) {}
