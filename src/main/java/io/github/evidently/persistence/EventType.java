package io.github.evidently.persistence;

import java.util.Optional;

/** The type of an event (model shape {@code EventType}). */
public enum EventType {
    /** A feature was evaluated for an entity; the data follows a schema. */
    EVALUATION("aws.evidently.evaluation"),
    /** Anything an application measures; the data is a free-form JSON object. */
    CUSTOM("aws.evidently.custom");

    private final String text;

    EventType(String text) {
        this.text = text;
    }

    /** The wire form. */
    public String text() {
        return text;
    }

    /** The type of that wire form. */
    public static Optional<EventType> find(String text) {
        for (EventType type : values()) {
            if (type.text.equals(text)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
