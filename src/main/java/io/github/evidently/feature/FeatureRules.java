package io.github.evidently.feature;

import io.github.evidently.lifecycle.Status;
import io.github.evidently.state.State;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the rules that decide on features: launches, or experiments. Thread-safe. */
public interface FeatureRules {

    /**
     * A launch or an experiment that uses a feature.
     *
     * @param kind {@code launch} or {@code experiment}
     * @param type {@code aws.evidently.splits} or {@code aws.evidently.onlineab}
     * @param variations of the feature that it may serve
     */
    record FeatureRule(String kind, String name, String type, Status status, Set<String> variations) {}

    /** Returns what uses the feature, whatever its status, in the order of the names. */
    Stream<FeatureRule> of(State state, String project, String feature);
}
