package io.github.evidently.launch;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Entities that are served alike (model shape {@code LaunchGroup}).
 *
 * @param featureVariations the name of a variation by that of its feature; one of both
 */
public record LaunchGroup(@Nullable String description, Map<String, String> featureVariations, String name) {}
