package io.github.evidently.experiment;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of the things that an experiment compares (model shape {@code Treatment}).
 *
 * @param featureVariations the name of a variation by that of its feature; one of both
 */
public record Treatment(@Nullable String description, Map<String, String> featureVariations, String name) {}
