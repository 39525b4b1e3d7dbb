package io.github.evidently.project;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A project (model shape {@code Project}).
 *
 * @param key identifies its events; a project that is deleted and created again gets another
 * @param name unique on this server
 * @param tags by key; never null
 */
public record Project(
        long key,
        String name,
        @Nullable String description,
        Instant createdTime,
        Instant lastUpdatedTime,
        @Nullable AppConfigResource appConfigResource,
        @Nullable DataDelivery dataDelivery,
        Map<String, String> tags)
        implements Resource<Project> {

    /** The kind of these resources. */
    public static final Kind<Project> PROJECTS = new Kind<>("project", Project.class);

    static final int NAME_LENGTH_MAX = 127;
    static final String NAME_PATTERN = "[-a-zA-Z0-9._]+";

    public Project {
        tags = Map.copyOf(tags);
    }

    @Override
    @JsonIgnore
    public String project() {
        return "";
    }

    Project withKey(long key) {
        return new Project(key, name, description, createdTime, lastUpdatedTime, appConfigResource, dataDelivery, tags);
    }

    @Override
    public Project withTags(Map<String, String> tags, Instant now) {
        return new Project(key, name, description, createdTime, now, appConfigResource, dataDelivery, tags);
    }
}
