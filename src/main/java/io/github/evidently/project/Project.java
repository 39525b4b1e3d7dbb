package io.github.evidently.project;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A project (model shape {@code Project}).
 *
 * @param id the store's key; a project that is deleted and created again gets another
 * @param name unique on this server
 * @param tags by key; never null
 */
public record Project(
        long id,
        String name,
        @Nullable String description,
        Instant createdTime,
        Instant lastUpdatedTime,
        @Nullable AppConfigResource appConfigResource,
        @Nullable DataDelivery dataDelivery,
        Map<String, String> tags) {

    static final int NAME_LENGTH_MAX = 127;
    static final String NAME_PATTERN = "[-a-zA-Z0-9._]+";

    public Project {
        tags = Map.copyOf(tags);
    }

    /** The same with other tags. */
    public Project withTags(Map<String, String> tags, Instant now) {
        return new Project(id, name, description, createdTime, now, appConfigResource, dataDelivery, tags);
    }
}
