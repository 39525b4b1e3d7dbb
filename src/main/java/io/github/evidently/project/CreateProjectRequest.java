package io.github.evidently.project;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of CreateProject (model shape {@code CreateProjectRequest}). */
record CreateProjectRequest(
        @Nullable @Valid AppConfigResourceConfig appConfigResource,
        @Nullable @Valid DataDeliveryConfig dataDelivery,
        @Nullable @Size(max = 160) String description,

        @NotNull @Size(min = 1, max = Project.NAME_LENGTH_MAX) @Pattern(regexp = "^[-a-zA-Z0-9._]*$")
        String name,

        @Nullable @Size(max = 50)
        Map<
                        @Size(min = 1, max = 128) @Pattern(regexp = "^(?!aws:)[a-zA-Z+-=._:/]+$") String,
                        @NotNull @Size(max = 256) String>
                tags) {}
