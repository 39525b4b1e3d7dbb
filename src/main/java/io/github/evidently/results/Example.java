package io.github.evidently.results;

import io.github.evidently.persistence.StoredEvent;

/** The last custom event that had an outcome. */
record Example(long sequence, long timestamp, String data) {

    /** The maximum length of the data that is kept. */
    static final int LENGTH_MAX = 300;

    static Example of(StoredEvent stored) {
        return new Example(
                stored.sequence(),
                stored.event().timestamp().toEpochMilli(),
                shortened(stored.event().data()));
    }

    private static String shortened(String data) {
        if (data.length() <= LENGTH_MAX) {
            return data;
        }
        // Not between the two halves of a surrogate pair.
        int end = Character.isHighSurrogate(data.charAt(LENGTH_MAX - 1)) ? LENGTH_MAX - 1 : LENGTH_MAX;
        return data.substring(0, end) + "…";
    }
}
