package io.github.evidently.persistence;

import java.time.Instant;

/**
 * An event that passed validation (model shape {@code Event}).
 *
 * @param timestamp when it happened, as the client says, in milliseconds from 1970 to the year 9999
 * @param data a JSON object as text, unchanged but for an outer encoding as a string, and free of lone surrogates
 */
public record ProjectEvent(EventType type, Instant timestamp, String data) {}
