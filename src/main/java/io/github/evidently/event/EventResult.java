package io.github.evidently.event;

import java.util.UUID;

/** The result of one entry of a request (model shape {@code PutProjectEventsResultEntry}). */
public sealed interface EventResult {

    /** The event is on disk under that id. */
    record Accepted(UUID eventId) implements EventResult {}

    /**
     * The entry was refused; nothing of it was stored.
     *
     * @param errorCode the name of an exception, as the model recommends
     * @param errorMessage 1 to 1024 characters that name the member
     */
    record Rejected(String errorCode, String errorMessage) implements EventResult {}
}
