package io.github.evidently.project;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Model shape {@code ProjectAppConfigResourceConfig}.
 *
 * <p>The model requires neither member, but the project that is answered requires both: we ask for them.
 */
record AppConfigResourceConfig(
        @NotNull @Pattern(regexp = "[a-z0-9]{4,7}") String applicationId,
        @NotNull @Pattern(regexp = "[a-z0-9]{4,7}") String environmentId) {}
