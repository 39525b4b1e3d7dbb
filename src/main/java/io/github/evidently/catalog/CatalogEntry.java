package io.github.evidently.catalog;

import java.time.Instant;
import java.util.Map;

/**
 * A resource that a {@link Catalog} keeps; immutable, a record that Jackson writes and reads.
 *
 * @param <T> the type itself
 */
public interface CatalogEntry<T extends CatalogEntry<T>> {

    /** The name of the project that it belongs to; empty for what belongs to the account. */
    String project();

    /** Unique among those of its kind in the project. */
    String name();

    /** Its tags, by key. */
    Map<String, String> tags();

    /**
     * The same with other tags.
     *
     * @param now when that happened
     */
    T withTags(Map<String, String> tags, Instant now);
}
