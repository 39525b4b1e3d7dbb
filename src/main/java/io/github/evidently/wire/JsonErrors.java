package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns failures to read JSON into errors whose words are our own, because a client cannot use the library's. */
public final class JsonErrors {

    /** The texts for syntax errors, by a part of the parser's message. */
    private static final Map<String, String> SYNTAX_ERRORS = Map.ofEntries(
            Map.entry("Non-standard token", "NaN and Infinity are not JSON"),
            Map.entry("Unrecognized token", "it has a word that is not true, false or null"),
            Map.entry("Illegal unquoted character", "a control character in a string must be escaped"),
            Map.entry("Unrecognized character escape", "a string has an escape that JSON does not know"),
            Map.entry("hex-digit", "a string has a \\u without four hexadecimal digits"),
            Map.entry("eading zeroes", "a number must not start with 0"),
            Map.entry("leading zeros", "a number must not start with 0"),
            Map.entry("Document nesting depth", "it nests deeper than %s levels"),
            Map.entry("Number value length", "a number has more than %s characters"),
            Map.entry("Token count", "it has more than %s tokens"),
            Map.entry("ame length", "a name has more than %s characters"),
            Map.entry("String value length", "a string has more than %s characters"));

    private static final Pattern LIMIT = Pattern.compile("allowed \\((\\d+)");

    private JsonErrors() {}

    /** Returns the error for a body that the JSON parser refuses: one sentence with the place. */
    public static ValidationException cannotParse(JacksonException exception) {
        TokenStreamLocation location = exception.getLocation();
        String place =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return ValidationException.cannotParse("The request body is not valid JSON" + place + ": " + detail(exception));
    }

    /** Returns what is wrong with a text that a JSON parser refuses. */
    public static String detail(JacksonException exception) {
        String message = String.valueOf(exception.getOriginalMessage());
        if (exception instanceof UnexpectedEndOfInputException || message.startsWith("Unexpected end-of-input")) {
            return "it ends too early";
        }
        for (Map.Entry<String, String> known : SYNTAX_ERRORS.entrySet()) {
            if (message.contains(known.getKey())) {
                Matcher limit = LIMIT.matcher(message);
                return known.getValue().formatted(limit.find() ? limit.group(1) : "allowed");
            }
        }
        return "it has a character that does not belong there";
    }

    /** Returns the error for a body that is not one JSON object. */
    static ValidationException noObject() {
        return ValidationException.cannotParse("The request body must be one JSON object");
    }

    /** Returns the error for JSON that is not of the type as which it is read. */
    static ValidationException notOfType(JacksonException failure) {
        String path = memberPath(failure);
        if (failure instanceof UnrecognizedPropertyException unknown) {
            return ValidationException.field(
                    path,
                    RequestJsonMapper.isUnion(unknown.getReferringClass())
                            ? "Member is none of the union's, of which exactly one must be given: "
                                    + unknown.getKnownPropertyIds()
                            : "Member is unknown here");
        }
        return path.isEmpty() ? noObject() : ValidationException.field(path, constraint(failure));
    }

    /**
     * Returns the error for a member that holds another kind of JSON than it should.
     *
     * @param type the type as which it is read
     */
    public static ValidationException wrongType(String member, @Nullable Class<?> type) {
        return ValidationException.field(member, constraint(type));
    }

    private static String constraint(JacksonException failure) {
        if (!(failure instanceof MismatchedInputException wrong)) {
            return constraint((Class<?>) null);
        }
        // The text of our own deserializer, which has seen the value.
        return wrong.getTargetType() == Instant.class ? wrong.getOriginalMessage() : constraint(wrong.getTargetType());
    }

    private static String constraint(@Nullable Class<?> type) {
        if (type == null) {
            return "Member must have another type";
        }
        if (type.isEnum()) {
            return "Member must satisfy enum value set: " + Arrays.toString(type.getEnumConstants());
        }
        if (type == Instant.class) {
            return EpochSeconds.CONSTRAINT;
        }
        String kind = type == String.class
                ? "a string"
                : type == Boolean.class
                        ? "a boolean"
                        : type == Double.class
                                ? "a number"
                                : Number.class.isAssignableFrom(type)
                                        ? "an integer"
                                        : Collection.class.isAssignableFrom(type) ? "a list" : "an object";
        return "Member must be " + kind;
    }

    /** Returns the member that does not have its type, such as {@code tags.k}; empty when it is the whole body. */
    private static String memberPath(JacksonException exception) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : exception.getPath()) {
            String name = reference.getPropertyName();
            path.append(path.isEmpty() ? "" : ".").append(name == null ? reference.getIndex() : name);
        }
        return path.toString();
    }
}
