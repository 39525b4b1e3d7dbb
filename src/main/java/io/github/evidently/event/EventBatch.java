package io.github.evidently.event;

import java.time.Instant;
import java.util.List;

/**
 * The events of one request, stored together or not at all.
 *
 * @param project the project's name
 * @param receivedTime when the server had read the request
 * @param events 1 to 50, in the order of the request
 */
public record EventBatch(String project, Instant receivedTime, List<ProjectEvent> events) {}
