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
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Converts the JSON of requests to objects and checks them against the constraints of their types.
 *
 * <p>A fault names the member's path. Thread-safe.
 */
@Component
public final class RequestJson {

    private static final byte[] NO_MEMBERS = {'{', '}'};

    // The largest request, 2,500 entity overrides, has some 5,000. More would be bound and checked one by one before
    // the check that a list is too long.
    private static final long TOKENS_MAX = 6_000;

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
            .addHandler(new DeserializationProblemHandler() {
                @Override
                public boolean handleUnknownProperty(
                        DeserializationContext context,
                        JsonParser parser,
                        @Nullable ValueDeserializer<?> deserializer,
                        Object beanOrClass,
                        String name) {
                    Class<?> type = beanOrClass instanceof Class<?> c ? c : beanOrClass.getClass();
                    if (isUnion(type)) {
                        Collection<Object> known = deserializer == null ? null : deserializer.getKnownPropertyNames();
                        throw UnrecognizedPropertyException.from(parser, beanOrClass, name, known);
                    }
                    return false;
                }
            })
            .addModule(new SimpleModule().addDeserializer(Instant.class, new EpochSecondsDeserializer()))
            .build();

    RequestJson(Validator validator) {
        this.validator = validator;
    }

    /**
     * Reads a request of the control plane from its JSON text.
     *
     * @param json UTF-8; an empty text counts as an empty object, because SDKs send no body where all members are
     *     optional
     * @throws ValidationException naming each faulty member
     */
    public <T> T parse(byte[] json, Class<T> type) {
        return parse(json, type, mapper.reader());
    }

    /**
     * Does the same for JSON that a person has written: an unknown member is a fault, too.
     *
     * @throws ValidationException naming each faulty member
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
        byte[] text = orNoMembers(json);
        int start = start(text);
        try {
            value = reader.forType(type).readValue(text, start, text.length - start);
        } catch (StreamReadException | StreamConstraintsException e) {
            throw cannotParse(e);
        } catch (UnrecognizedPropertyException e) {
            throw ValidationException.field(
                    memberPath(e),
                    isUnion(e.getReferringClass())
                            ? "Member is none of the union's, of which exactly one must be given: "
                                    + e.getKnownPropertyIds()
                            : "Member is unknown here");
        } catch (JacksonException e) {
            String path = memberPath(e);
            throw path.isEmpty() ? noObject() : ValidationException.field(path, constraint(e));
        }
        if (value == null) {
            throw noObject();
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

    private static boolean isUnion(@Nullable Class<?> type) {
        return type != null && type.isAnnotationPresent(Union.class);
    }

    private static ValidationException noObject() {
        return ValidationException.cannotParse("The request body must be one JSON object");
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

    /** Returns the error for a body that the JSON parser refuses: one sentence with the place of the fault. */
    public static ValidationException cannotParse(JacksonException exception) {
        TokenStreamLocation location = exception.getLocation();
        String place =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return ValidationException.cannotParse("The request body is not valid JSON" + place + ": " + detail(exception));
    }

    /**
     * Returns what is wrong with a text that a parser refuses; in our own words, since a client cannot use the
     * library's.
     */
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

    /** Returns the member that does not have its type, such as {@code tags.k}; empty when it is the whole body. */
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
