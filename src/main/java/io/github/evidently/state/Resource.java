package io.github.evidently.state;

import java.time.Instant;
import java.util.Map;

/**
 * A resource of the control plane; an immutable record that Jackson writes and reads.
 *
 * @param <T> the type itself
 */
public interface Resource<T extends Resource<T>> {

    /** Returns the name of the project that it belongs to; empty for what belongs to the account. */
    String project();

    /** Returns its name, which is unique among those of its kind in the project. */
    String name();

    /** Returns its tags by key. */
    Map<String, String> tags();

    /**
     * Returns the same resource with other tags.
     *
     * @param now when they were changed
     */
    T withTags(Map<String, String> tags, Instant now);
}
