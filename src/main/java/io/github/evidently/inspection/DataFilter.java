package io.github.evidently.inspection;

import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Filters events by their data.
 *
 * <p>The entity of an evaluation event is its {@code entityId}. A custom event has no fixed place for it; the filter
 * takes the first of {@code entityId}, {@code userDetails.userId} and {@code userDetails.entityId}, where AWS's samples
 * have it. Only evaluation events have a feature.
 *
 * @param entityId null matches all
 * @param feature null matches all
 */
record DataFilter(@Nullable String entityId, @Nullable String feature) {

    private static final JsonMapper JSON = new JsonMapper();

    boolean matchesAll() {
        return entityId == null && feature == null;
    }

    boolean matches(ProjectEvent event) {
        if (matchesAll()) {
            return true;
        }
        if (feature != null && event.type() != EventType.EVALUATION) {
            return false;
        }
        JsonNode data = JSON.readTree(event.data());
        return (entityId == null || entityId.equals(entityId(data)))
                && (feature == null || feature.equals(text(data.path("feature"))));
    }

    private static @Nullable String entityId(JsonNode data) {
        JsonNode userDetails = data.path("userDetails");
        String entityId = text(data.path("entityId"));
        if (entityId == null) {
            entityId = text(userDetails.path("userId"));
        }
        return entityId == null ? text(userDetails.path("entityId")) : entityId;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isString() ? node.stringValue() : null;
    }
}
