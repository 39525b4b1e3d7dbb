package io.github.evidently.experiment;

import io.github.evidently.lifecycle.Alternative;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the alternatives that an experiment compares (model shape {@code Treatment}).
 *
 * @param featureVariations the name of the variation by the name of its feature; exactly one entry
 */
public record Treatment(@Nullable String description, Map<String, String> featureVariations, String name)
        implements Alternative {}
