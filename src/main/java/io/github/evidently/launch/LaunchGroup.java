package io.github.evidently.launch;

import io.github.evidently.lifecycle.Alternative;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group of entities that get the same variation (model shape {@code LaunchGroup}).
 *
 * @param featureVariations the name of the variation by the name of its feature; exactly one entry
 */
public record LaunchGroup(@Nullable String description, Map<String, String> featureVariations, String name)
        implements Alternative {}
