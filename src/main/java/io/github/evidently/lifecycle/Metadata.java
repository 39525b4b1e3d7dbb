package io.github.evidently.lifecycle;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name, description, times and tags of a launch or an experiment.
 *
 * @param project the name of its project
 */
public record Metadata(
        String project,
        String name,
        @Nullable String description,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags) {

    /** Returns the same metadata with a new time of the last update. */
    public Metadata updated(Instant now) {
        return new Metadata(project, name, description, createdTime, now, tags);
    }

    /**
     * Returns the metadata after an update.
     *
     * @param description null to keep the present one
     */
    public Metadata updated(@Nullable String description, Instant now) {
        return new Metadata(
                project, name, description == null ? this.description : description, createdTime, now, tags);
    }

    Metadata withTags(Map<String, String> tags, Instant now) {
        return new Metadata(project, name, description, createdTime, now, tags);
    }
}
