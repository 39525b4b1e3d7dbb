package io.github.evidently.persistence;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of one request, stored together or not at all.
 *
 * @param id gives its events their ids: see {@link EventIds}
 * @param callKey the same for the call's retries and for no other call; null when there is nothing to know a retry by
 * @param projectKey the project's key, which another project of the same name does not have
 * @param receivedTime when the server had read the request
 * @param events 1 to 50, in the order of the request
 */
public record EventBatch(
        UUID id, @Nullable UUID callKey, long projectKey, Instant receivedTime, List<ProjectEvent> events) {

    /** Returns the same batch for another project. */
    public EventBatch withProjectKey(long projectKey) {
        return new EventBatch(id, callKey, projectKey, receivedTime, events);
    }
}
