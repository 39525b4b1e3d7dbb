package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Converts the JSON of requests to objects and checks them against the constraints of their types.
 *
 * <p>A violation names the member's path. Thread-safe.
 */
@Component
public final class RequestJson {

    private static final byte[] NO_MEMBERS = {'{', '}'};

    private final Validator validator;
    private final JsonMapper mapper = RequestJsonMapper.create();

    RequestJson(Validator validator) {
        this.validator = validator;
    }

    /**
     * Reads a request of the control plane from its JSON text.
     *
     * @param json UTF-8; an empty text counts as an empty object, because SDKs send no body where all members are
     *     optional
     * @throws ValidationException naming each invalid member
     */
    public <T> T parse(byte[] json, Class<T> type) {
        return parse(json, type, mapper.reader());
    }

    /**
     * Does the same for JSON that a person has written: an unknown member is a violation, too.
     *
     * @throws ValidationException naming each invalid member
     */
    public <T> T parseKnown(byte[] json, Class<T> type) {
        return parse(json, type, mapper.reader(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
    }

    /**
     * Reads a request token by token, for operations that are called on every page.
     *
     * @param json UTF-8; an empty text counts as an empty object
     * @param reader goes from the start of the JSON object to its end; the supplier that it returns checks the members,
     *     once the whole text has been read
     * @throws ValidationException when the text is not one JSON object, and what the reader throws
     */
    <T> T parse(byte[] json, Function<JsonParser, Supplier<T>> reader) {
        byte[] text = orNoMembers(json);
        Supplier<T> value;
        try (JsonParser parser = parser(mapper.tokenStreamFactory(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw JsonErrors.noObject();
            }
            value = reader.apply(parser);
            if (parser.nextToken() != null) {
                throw JsonErrors.noObject();
            }
        } catch (JacksonException e) {
            throw JsonErrors.cannotParse(e);
        }
        requireNoLoneSurrogates(text);
        return value.get();
    }

    private <T> T parse(byte[] json, Class<T> type, ObjectReader reader) {
        T value;
        byte[] text = orNoMembers(json);
        int start = start(text);
        try {
            value = reader.forType(type).readValue(text, start, text.length - start);
        } catch (StreamReadException | StreamConstraintsException e) {
            throw JsonErrors.cannotParse(e);
        } catch (JacksonException e) {
            throw JsonErrors.notOfType(e);
        }
        if (value == null) {
            throw JsonErrors.noObject();
        }
        requireNoLoneSurrogates(json);
        requireValid(value);
        return value;
    }

    private static byte[] orNoMembers(byte[] json) {
        return json.length == start(json) ? NO_MEMBERS : json;
    }

    /**
     * Returns a parser of a request's JSON text.
     *
     * @param json UTF-8, with or without a byte order mark
     */
    public static JsonParser parser(TokenStreamFactory factory, byte[] json) {
        int start = start(json);
        return factory.createParser(ObjectReadContext.empty(), json, start, json.length - start);
    }

    /** Returns where the text begins: behind the byte order mark, if there is one. */
    private static int start(byte[] json) {
        return json.length >= 3 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB && json[2] == (byte) 0xBF ? 3 : 0;
    }

    /**
     * Checks an object against the constraints of its type.
     *
     * @throws ValidationException naming each invalid member
     */
    public <T> void requireValid(T value) {
        List<ValidationExceptionField> violations = new ArrayList<>();
        for (ConstraintViolation<T> violation : validator.validate(value)) {
            violations.add(
                    new ValidationExceptionField(memberPath(violation.getPropertyPath()), violation.getMessage()));
        }
        if (!violations.isEmpty()) {
            // Bean Validation reports in no order; the answer should not change from call to call.
            violations.sort(Comparator.comparing(ValidationExceptionField::name)
                    .thenComparing(ValidationExceptionField::message));
            throw ValidationException.fields(violations);
        }
    }

    /**
     * Refuses a lone surrogate. It has no UTF-8 form: storing the text would change it. In valid JSON of valid UTF-8
     * one can only stand as an escape.
     */
    private static void requireNoLoneSurrogates(byte[] json) {
        boolean highBefore = false;
        for (int i = 0; i < json.length; i++) {
            boolean isEscape = json[i] == '\\' && i + 1 < json.length;
            boolean isSurrogate =
                    isEscape && json[i + 1] == 'u' && (json[i + 2] | 0x20) == 'd' && hex(json[i + 3]) >= 8;
            boolean isLow = isSurrogate && hex(json[i + 3]) >= 0xC;
            if (highBefore != isLow) {
                throw ValidationException.cannotParse("The request body has a lone surrogate");
            }
            highBefore = isSurrogate && !isLow;
            if (isSurrogate) {
                i += 5;
            } else if (isEscape) {
                i++;
            }
        }
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    private static String memberPath(Path violated) {
        StringBuilder path = new StringBuilder();
        for (Path.Node node : violated) {
            // An element is named by its key or index; the node's own name ("<map key>") says nothing to a client.
            if (node.getKey() != null) {
                path.append('.').append(node.getKey());
            }
            if (node.getIndex() != null) {
                path.append('.').append(node.getIndex());
            }
            if (node.getName() != null && !node.getName().startsWith("<")) {
                path.append(path.isEmpty() ? "" : ".").append(node.getName());
            }
        }
        return path.toString();
    }
}
