package io.github.evidently.persistence;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry or a whole request of PutProjectEvents that was refused.
 *
 * @param project the project as the request named it
 * @param entry the entry's index from 0; null when the whole request was refused
 * @param code the name of an exception
 * @param message what the client was told
 * @param data the beginning of the entry's data; null when there was none
 */
public record Rejection(
        Instant time,
        String project,
        @Nullable Integer entry,
        String code,
        String message,
        @Nullable String data) {

    private static final int DATA_LENGTH_MAX = 1000;
    private static final int PROJECT_LENGTH_MAX = 200;

    public Rejection {
        project = shortened(project, PROJECT_LENGTH_MAX);
        data = data == null ? null : shortened(data, DATA_LENGTH_MAX);
    }

    private static String shortened(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        // Not between the two halves of a surrogate pair.
        int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end) + "…";
    }
}
