package io.github.evidently.wire;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads and writes points in time on the wire: JSON numbers of seconds since 1970, whole or with a fraction.
 *
 * <p>boto3 sends integers, the Java SDK three decimals, the JavaScript SDKs up to three, Go the shortest form of a
 * double. As an extension, a string with an ISO-8601 instant is accepted too.
 */
public final class EpochSeconds {

    /** The last millisecond of the year 9999. */
    public static final long MILLIS_MAX = 253_402_300_799_999L;

    /** What a value that {@link #parseMillis} refuses must be. */
    public static final String CONSTRAINT =
            "Member must be a timestamp: epoch seconds from 0 to the year 9999, or an ISO-8601 instant";

    private static final String LOOKS_LIKE_MILLISECONDS = "; this one looks like milliseconds";

    // The longest ISO-8601 instant with nanoseconds and an offset has 35 characters.
    private static final int INSTANT_LENGTH_MAX = 40;

    private EpochSeconds() {}

    /**
     * Reads the parser's current value, rounded to the nearest millisecond.
     *
     * @return milliseconds since 1970 within 0 and {@link #MILLIS_MAX}; empty when the value is not such a timestamp
     */
    public static OptionalLong parseMillis(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return fromSeconds(parser.getDoubleValue());
        }
        return token == JsonToken.VALUE_STRING ? fromInstant(parser.getString()) : OptionalLong.empty();
    }

    /**
     * Reads the text of a query parameter: a number of seconds or an ISO-8601 instant.
     *
     * @return as {@link #parseMillis(JsonParser)}
     */
    public static OptionalLong parseMillis(String text) {
        if (text.length() > INSTANT_LENGTH_MAX) {
            return OptionalLong.empty();
        }
        try {
            return fromSeconds(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            return fromInstant(text);
        }
    }

    /**
     * Returns what the parser's current value, which {@link #parseMillis} refuses, must be; with a hint when the cause
     * is obvious.
     */
    public static String constraint(JsonParser parser) {
        JsonToken token = parser.currentToken();
        boolean isNumber = token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
        return isNumber && fromSeconds(parser.getDoubleValue() / 1000).isPresent()
                ? CONSTRAINT + LOOKS_LIKE_MILLISECONDS
                : CONSTRAINT;
    }

    /** Returns the same for the text of a query parameter. */
    public static String constraint(String text) {
        return text.length() <= INSTANT_LENGTH_MAX && parseMillis(text + "e-3").isPresent()
                ? CONSTRAINT + LOOKS_LIKE_MILLISECONDS
                : CONSTRAINT;
    }

    /** Returns seconds with three decimals, as the inspection API shows times. */
    public static BigDecimal withMillis(Instant time) {
        return BigDecimal.valueOf(time.toEpochMilli(), 3);
    }

    private static OptionalLong fromSeconds(double seconds) {
        // A double holds every millisecond up to the year 9999; NaN fails both comparisons.
        double millis = Math.rint(seconds * 1000);
        return millis >= 0 && millis <= MILLIS_MAX ? OptionalLong.of((long) millis) : OptionalLong.empty();
    }

    private static OptionalLong fromInstant(String text) {
        if (text.length() > INSTANT_LENGTH_MAX) {
            return OptionalLong.empty();
        }
        try {
            long millis = Instant.parse(text).toEpochMilli();
            return millis >= 0 && millis <= MILLIS_MAX ? OptionalLong.of(millis) : OptionalLong.empty();
        } catch (DateTimeParseException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }
}
