package io.github.evidently.state;

import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A shared value as a document of the account. It has no ARN and no tags.
 *
 * @param value see {@link SharedValue}
 */
record SharedDocument(String name, JsonNode value) implements Resource<SharedDocument> {

    /** Not among {@link ControlPlane#kinds}: a reset of all resources leaves it. */
    static final Kind<SharedDocument> KIND = new Kind<>("shared", SharedDocument.class);

    @Override
    public String project() {
        return "";
    }

    @Override
    public Map<String, String> tags() {
        return Map.of();
    }

    @Override
    public SharedDocument withTags(Map<String, String> tags, Instant now) {
        throw new UnsupportedOperationException("a shared value has no tags");
    }
}
