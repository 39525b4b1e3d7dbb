package io.github.evidently.seed;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the seed.
 *
 * @param location a file or a directory whose content exists after start-up and after a reset; no seed when empty
 */
@ConfigurationProperties("evidently.seed")
record SeedProperties(@Nullable String location) {}
