package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Makes objects of the JSON of requests and checks them against the constraints of their types.
 *
 * <p>A fault is told by the member's path. Thread-safe.
 */
@Component
public final class RequestJson {

    private static final byte[] NO_MEMBERS = {'{', '}'};

    // The parser quotes what it found; a client that sends garbage does not need all of it back.
    private static final int DETAIL_LENGTH_MAX = 200;

    // The largest request, 2,500 entity overrides, has some 5,000. More would be bound and checked one by one before
    // anybody
    // saw that a list is too long.
    private static final long TOKENS_MAX = 6_000;

    private final Validator validator;
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(TOKENS_MAX)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Integer, config -> config.setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Enum, config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail))
            .addModule(new SimpleModule().addDeserializer(Instant.class, new EpochSecondsDeserializer()))
            .build();

    RequestJson(Validator validator) {
        this.validator = validator;
    }

    /**
     * Reads a request of the control plane from its JSON text.
     *
     * @param json UTF-8; an empty text is taken for an empty object, as SDKs send none where all members are optional
     * @throws ValidationException naming each faulty member
     */
    public <T> T parse(byte[] json, Class<T> type) {
        return parse(json, type, mapper.reader());
    }

    /**
     * The same of what a person has written: a member that is not in the type is a fault, too.
     *
     * @throws ValidationException naming each faulty member
     */
    public <T> T parseKnown(byte[] json, Class<T> type) {
        return parse(json, type, mapper.reader(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
    }

    /**
     * Reads a request token by token, for operations that are called at every page.
     *
     * @param json UTF-8; an empty text is taken for an empty object
     * @param reader goes from the start of the JSON object to its end; what it returns checks the members, once the text is
     *     known to be whole
     * @throws ValidationException when the text is not one JSON object, and what the reader throws
     */
    <T> T parse(byte[] json, Function<JsonParser, Supplier<T>> reader) {
        byte[] text = orNoMembers(json);
        Supplier<T> value;
        try (JsonParser parser = mapper.tokenStreamFactory().createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw noObject();
            }
            value = reader.apply(parser);
            if (parser.nextToken() != null) {
                throw noObject();
            }
        } catch (JacksonException e) {
            throw cannotParse(e);
        }
        requireNoLoneSurrogates(text);
        return value.get();
    }

    private <T> T parse(byte[] json, Class<T> type, ObjectReader reader) {
        T value;
        try {
            value = reader.forType(type).readValue(orNoMembers(json));
        } catch (StreamReadException | StreamConstraintsException e) {
            throw cannotParse(e);
        } catch (UnrecognizedPropertyException e) {
            throw ValidationException.field(memberPath(e), "Member is unknown here");
        } catch (JacksonException e) {
            String path = memberPath(e);
            throw path.isEmpty()
                    ? noObject()
                    : wrongType(path, e instanceof MismatchedInputException wrong ? wrong.getTargetType() : null);
        }
        if (value == null) {
            throw noObject();
        }
        requireNoLoneSurrogates(json);
        requireValid(value);
        return value;
    }

    private static byte[] orNoMembers(byte[] json) {
        return json.length == 0 ? NO_MEMBERS : json;
    }

    private static ValidationException noObject() {
        return ValidationException.cannotParse("The request body must be one JSON object");
    }

    /**
     * The error for a member that holds another kind of JSON than it should.
     *
     * @param type what it is read as
     */
    public static ValidationException wrongType(String member, @Nullable Class<?> type) {
        return ValidationException.field(member, constraint(type));
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

    /**
     * Checks an object against the constraints of its type.
     *
     * @throws ValidationException naming each faulty member
     */
    public <T> void requireValid(T value) {
        List<ValidationExceptionField> faults = new ArrayList<>();
        for (ConstraintViolation<T> violation : validator.validate(value)) {
            faults.add(new ValidationExceptionField(memberPath(violation.getPropertyPath()), violation.getMessage()));
        }
        if (!faults.isEmpty()) {
            // Bean Validation reports in no order; the answer should not change from call to call.
            faults.sort(Comparator.comparing(ValidationExceptionField::name)
                    .thenComparing(ValidationExceptionField::message));
            throw ValidationException.fields(faults);
        }
    }

    /** The error for a body that the JSON parser refuses: one sentence with the place of the fault. */
    public static ValidationException cannotParse(JacksonException exception) {
        TokenStreamLocation location = exception.getLocation();
        String place =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return ValidationException.cannotParse("The request body is not valid JSON" + place + ": " + detail(exception));
    }

    /** What the parser found wrong, in its own words, cut to what a client needs. */
    public static String detail(JacksonException exception) {
        // Where something started, and whose limit it is, stands there in the parser's own notation.
        String detail = String.valueOf(exception.getOriginalMessage())
                .replaceFirst(" \\(start marker .*", "")
                .replaceFirst(", from `[^`]*`", "");
        return detail.length() > DETAIL_LENGTH_MAX ? detail.substring(0, DETAIL_LENGTH_MAX) + "…" : detail;
    }

    /**
     * A lone surrogate has no UTF-8 form: storing the text would change it. In valid JSON of valid UTF-8 one can only
     * stand as an escape.
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

    /** The member that does not have its type, such as {@code tags.k}; empty when it is the whole body. */
    public static String memberPath(JacksonException exception) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference reference : exception.getPath()) {
            String name = reference.getPropertyName();
            path.append(path.isEmpty() ? "" : ".").append(name == null ? reference.getIndex() : name);
        }
        return path.toString();
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
