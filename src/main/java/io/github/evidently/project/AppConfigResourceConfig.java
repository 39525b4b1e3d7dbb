package io.github.evidently.project;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Model shape {@code ProjectAppConfigResourceConfig}.
 *
 * <p>The model requires neither member, but the project in a response requires both: this server requires them too.
 */
public record AppConfigResourceConfig(
        @NotNull @Pattern(regexp = "[a-z0-9]{4,7}") String applicationId,
        @NotNull @Pattern(regexp = "[a-z0-9]{4,7}") String environmentId) {

    /** Returns the resource. AWS creates the configuration profile itself; here it gets an id of the same form. */
    AppConfigResource toAppConfigResource() {
        long id = ThreadLocalRandom.current().nextLong(1L << 35);
        String configurationProfileId = Long.toString(id | 1L << 35, 32).substring(1);
        return new AppConfigResource(applicationId, configurationProfileId, environmentId);
    }
}
