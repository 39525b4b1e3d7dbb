package io.github.evidently.event;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.ProjectEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of a request as parsed. */
sealed interface Entry {

    /** The {@code errorCode} of every entry that is not valid: the name of an exception, as the model recommends. */
    String ERROR_CODE = ValidationException.class.getSimpleName();

    /** The entry is an event. */
    record Valid(ProjectEvent event) implements Entry {}

    /**
     * The entry breaks constraints.
     *
     * @param type its type, if that is valid
     * @param violations at least one; the names are those of the entry's members
     * @param data what it had for data, if that was a string
     */
    record Invalid(
            @Nullable EventType type,
            List<ValidationExceptionField> violations,
            @Nullable String data) implements Entry {

        private static final int MESSAGE_LENGTH_MAX = 1024;

        /** Returns the violations as the text of a result. */
        String message() {
            StringBuilder message = new StringBuilder();
            for (ValidationExceptionField violation : violations) {
                message.append(message.isEmpty() ? "" : "; ")
                        .append("Value at '")
                        .append(violation.name())
                        .append("' failed to satisfy constraint: ")
                        .append(violation.message());
            }
            return message.length() <= MESSAGE_LENGTH_MAX
                    ? message.toString()
                    : message.substring(0, MESSAGE_LENGTH_MAX);
        }
    }

    /** The entry is an event, but an injected fault refused it. */
    record Refused(ProjectEvent event, EventResult.Rejected result) implements Entry {}

    /** Returns the type for the metrics; null when the entry has no known type. */
    default @Nullable EventType knownType() {
        return switch (this) {
            case Valid valid -> valid.event().type();
            case Invalid invalid -> invalid.type();
            case Refused refused -> refused.event().type();
        };
    }
}
