package io.github.evidently.persistence;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the event log, as {@link EventLog#read} returns it.
 *
 * @param events matching events in the query's order; may be empty although there are more
 * @param rest the query for what follows; null when the slice reaches the end of the log
 */
public record Slice(List<StoredEvent> events, @Nullable EventQuery rest) {}
