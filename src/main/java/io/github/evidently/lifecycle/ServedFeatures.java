package io.github.evidently.lifecycle;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.state.State;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Checks that the features and variations of launches and experiments exist. Thread-safe. */
public interface ServedFeatures {

    /**
     * Returns which variations do not exist, or no longer exist.
     *
     * @param variations of features, by the features' names
     * @return a sentence for each, without a full stop
     */
    List<String> missing(State state, String project, Stream<Map<String, String>> variations);

    /**
     * Makes sure that the features exist; their variations may be missing.
     *
     * @param variations of features, by the features' names
     * @throws ResourceNotFoundException for the first that does not exist
     */
    void requireFeatures(State state, String project, Stream<Map<String, String>> variations);
}
