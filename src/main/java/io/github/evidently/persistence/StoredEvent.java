package io.github.evidently.persistence;

import java.time.Instant;
import java.util.UUID;

/**
 * An event in the log.
 *
 * @param sequence its place, from 1; every later event's is higher, and none is ever used again
 * @param eventId given by the server
 * @param project the project's name
 * @param receivedTime when the server had read the request that brought it
 */
public record StoredEvent(long sequence, UUID eventId, String project, Instant receivedTime, ProjectEvent event) {}
