package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query string; every method that reads one throws {@link ValidationException} with its name.
 *
 * <p>An empty value counts as absent.
 */
public final class QueryParameters {

    private final Map<String, String[]> values;
    private final String path;

    private QueryParameters(Map<String, String[]> values, String path) {
        this.values = values;
        this.path = path;
    }

    /** Returns the parameters of a request without a body. */
    public static QueryParameters of(HttpServletRequest request) {
        try {
            return new QueryParameters(request.getParameterMap(), request.getRequestURI());
        } catch (IllegalStateException e) {
            throw ValidationException.cannotParse("The query string is not well-formed");
        }
    }

    /**
     * Refuses unknown parameters: a mistyped filter would silently match everything.
     *
     * <p>The parameters of a signature in the query are always allowed.
     */
    public QueryParameters requireOnly(Set<String> known) {
        for (String name : values.keySet()) {
            if (!known.contains(name) && !name.startsWith("X-Amz-")) {
                throw ValidationException.field(
                        name,
                        "There is no such parameter; known are "
                                + (known.isEmpty() ? "none" : String.join(", ", known)));
            }
        }
        return this;
    }

    /** Returns what the request asks for, the last segment of its path. */
    String subject() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * Refuses all parameters.
     *
     * @throws ValidationException naming one that is given
     */
    public void requireNone() {
        requireOnly(Set.of());
    }

    /** Returns the value of a parameter that may be given once. */
    public @Nullable String text(String name) {
        String[] given = values.get(name);
        if (given == null) {
            return null;
        }
        if (given.length > 1) {
            throw ValidationException.field(name, "Parameter must be given once");
        }
        return given[0].isEmpty() ? null : given[0];
    }

    /**
     * Returns all values of a parameter that may be given more than once.
     *
     * @return never null; empty when it is not given
     */
    public List<String> texts(String name) {
        String[] given = values.get(name);
        return given == null ? List.of() : List.of(given);
    }

    /** Returns the value as one of the constants of an enumeration, by name. */
    public <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(text)) {
                return constant;
            }
        }
        throw ValidationException.field(
                name, "Member must satisfy enum value set: " + Arrays.toString(type.getEnumConstants()));
    }

    /** Returns the value as a number from min to max. */
    public int integer(String name, int min, int max, int otherwise) {
        return (int) number(name, min, max, otherwise);
    }

    /** Returns the value as a number from min to max. */
    public long number(String name, long min, long max, long otherwise) {
        String text = text(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number outside the bounds.
        }
        throw ValidationException.field(name, "Parameter must be a whole number from " + min + " to " + max);
    }

    /**
     * Returns the value as an ISO-8601 duration such as {@code PT5S}, zero or more; zero when it is not given.
     *
     * @param max the longest duration allowed
     */
    public Duration duration(String name, Duration max) {
        String text = text(name);
        if (text == null) {
            return Duration.ZERO;
        }
        try {
            Duration value = Duration.parse(text);
            if (!value.isNegative() && value.compareTo(max) <= 0) {
                return value;
            }
        } catch (DateTimeParseException e) {
            // Refused below, like a duration outside the bounds.
        }
        throw ValidationException.field(name, "Parameter must be an ISO-8601 duration from PT0S to " + max);
    }

    /** Returns the value as a point in time: epoch seconds or an ISO-8601 instant. */
    public @Nullable Instant time(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        OptionalLong millis = EpochSeconds.parseMillis(text);
        if (millis.isEmpty()) {
            throw ValidationException.field(name, EpochSeconds.constraint(text));
        }
        return Instant.ofEpochMilli(millis.getAsLong());
    }
}
