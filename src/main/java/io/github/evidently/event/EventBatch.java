package io.github.evidently.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of one request, stored together or not at all.
 *
 * @param id gives its events their ids: see {@link EventIds}
 * @param callKey the same for the call's retries and for no other call; null when there is nothing to know a retry by
 * @param project the project's name
 * @param receivedTime when the server had read the request
 * @param events 1 to 50, in the order of the request
 */
public record EventBatch(
        UUID id, @Nullable UUID callKey, String project, Instant receivedTime, List<ProjectEvent> events) {}
