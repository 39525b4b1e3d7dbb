package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Checks JSON objects inside JSON strings (model shape {@code JsonValue}). */
public final class JsonText {

    // Half of what parsers take, because the typed attributes of an evaluation event nest twice as deep.
    private static final int NESTING_MAX = 200;

    // The limits of parsers, checked here because parsers check them late: when a number is used.
    private static final int NUMBER_LENGTH_MAX = 1_000;

    /** The length of a Unicode escape: a backslash, a u and four digits. */
    private static final int ESCAPE_LENGTH = 6;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
            .build();

    private JsonText() {}

    /**
     * Checks a text that must hold a JSON object and removes one outer encoding as a JSON string, which the JavaScript
     * SDK v2 adds.
     *
     * <p>A lone surrogate, which JavaScript makes when it cuts a string in the middle of a character, is read as
     * U+FFFD.
     *
     * @param member its name, for the error
     * @throws ValidationException when it holds anything else, nests deeper than 200, or has a number of more than
     *     1,000 characters
     */
    public static String requireObject(String member, String text) {
        String object = replaceLoneSurrogates(unwrap(replaceLoneSurrogates(text)));
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), object)) {
            if (parser.nextToken() == JsonToken.START_OBJECT && isRestUsable(parser) && parser.nextToken() == null) {
                return object;
            }
        } catch (JacksonException e) {
            // Refused below, like valid JSON that is not an object.
        }
        throw ValidationException.field(member, "Member must be a string that holds a JSON object");
    }

    /** Reads to the end of the object that the parser has entered; returns false at a number that is too long. */
    private static boolean isRestUsable(JsonParser parser) {
        int depth = 1;
        while (depth > 0) {
            switch (parser.nextToken()) {
                case START_OBJECT, START_ARRAY -> depth++;
                case END_OBJECT, END_ARRAY -> depth--;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                    if (parser.getStringLength() > NUMBER_LENGTH_MAX) {
                        return false;
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    /**
     * Replaces each surrogate without its other half, escaped or not, by U+FFFD.
     *
     * <p>Such a character has no UTF-8 form, so it cannot be stored.
     */
    private static String replaceLoneSurrogates(String json) {
        if (json.chars().noneMatch(c -> c == '\\' || Character.isSurrogate((char) c))) {
            return json;
        }
        StringBuilder replaced = null;
        int copied = 0;
        int at = 0;
        while (at < json.length()) {
            int length = unitLength(json, at);
            char unit = unit(json, at);
            int next = at + length;
            if (Character.isHighSurrogate(unit) && next < json.length() && Character.isLowSurrogate(unit(json, next))) {
                next += unitLength(json, next);
            } else if (Character.isSurrogate(unit)) {
                replaced = replaced == null ? new StringBuilder(json.length()) : replaced;
                replaced.append(json, copied, at).append('\uFFFD');
                copied = next;
            }
            at = next;
        }
        return replaced == null
                ? json
                : replaced.append(json, copied, json.length()).toString();
    }

    /** Returns how many characters of the JSON text stand for the UTF-16 unit there: an escape has two or six. */
    private static int unitLength(String json, int at) {
        if (json.charAt(at) != '\\' || at + 1 == json.length()) {
            return 1;
        }
        return json.charAt(at + 1) == 'u' && at + ESCAPE_LENGTH <= json.length() ? ESCAPE_LENGTH : 2;
    }

    /**
     * Returns the UTF-16 unit there. An escape without hexadecimal digits counts as some character that is not a
     * surrogate.
     */
    private static char unit(String json, int at) {
        if (unitLength(json, at) < ESCAPE_LENGTH) {
            return json.charAt(at);
        }
        int unit = 0;
        for (int digit = at + 2; digit < at + ESCAPE_LENGTH; digit++) {
            int value = Character.digit(json.charAt(digit), 16);
            if (value < 0) {
                return '\\';
            }
            unit = unit * 16 + value;
        }
        return (char) unit;
    }

    /** Tells whether a text has a lone surrogate. It has no UTF-8 form then: storing it would change it. */
    private static boolean hasLoneSurrogate(String text) {
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            if (Character.getType(codePoint) == Character.SURROGATE) {
                return true;
            }
            i += Character.charCount(codePoint);
        }
        return false;
    }

    /**
     * Returns the text without an outer encoding as a JSON string, if any; unchanged when it would have a lone
     * surrogate.
     */
    public static String unwrap(String text) {
        if (text.isEmpty() || text.charAt(0) != '"') {
            return text;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            String inner = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
            return inner == null || parser.nextToken() != null || hasLoneSurrogate(inner) ? text : inner;
        } catch (JacksonException e) {
            return text;
        }
    }

    /** Does the same for a member that may be absent. */
    public static @Nullable String unwrapNullable(@Nullable String text) {
        return text == null ? null : unwrap(text);
    }
}
