package io.github.evidently.wire;

import io.github.evidently.error.RequestEntityTooLargeException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationExceptionField;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

/**
 * Reads request bodies within limits, whatever their Content-Type: AWS's clients send JSON under several names or none.
 *
 * <p>A body takes memory as it arrives, not as it is announced, and all bodies together stay within one budget, because
 * virtual threads would otherwise accept any number of them at once. Thread-safe.
 */
@Component
public final class RequestBodies {

    // The largest request of the control plane, 2,500 entity overrides, is some 40 KB.
    private static final long CONTROL_PLANE_SIZE_MAX = 256 * 1024;

    // Small, so that as many clients as may be connected do not fill the budget by announcing what they do not send.
    private static final int FIRST_READ = 2 * 1024;
    private static final int GROWTH = 4;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final byte[] NO_MEMBERS = {'{', '}'};

    // The parser quotes what it found; a client that sends garbage does not need all of it back.
    private static final int DETAIL_LENGTH_MAX = 200;

    private static final String READ_AHEAD = RequestBodies.class.getName() + ".READ_AHEAD";

    private final long memoryMax;
    private final Duration timeMax;
    private final AtomicLong memoryUsed = new AtomicLong();
    private final Validator validator;
    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
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

    RequestBodies(WireProperties properties, Validator validator) {
        this.memoryMax = properties.bodyMemoryMax().toBytes();
        this.timeMax = properties.bodyTimeMax();
        this.validator = validator;
    }

    /**
     * Reads a body before it is known what it is for, so that its bytes can be checked; later reads of the same request
     * return it, within their own limits.
     *
     * @throws RequestEntityTooLargeException when the body is larger than any may be
     * @throws ThrottlingException when the bodies in work fill the budget
     * @throws ValidationException when the body does not come to its end in time, or is not UTF-8
     */
    public RequestBody readAhead(HttpServletRequest request) {
        RequestBody body = read(request, memoryMax);
        request.setAttribute(READ_AHEAD, body);
        return body;
    }

    /** Gives back the memory of a body that was read ahead, if one was and nobody else did. */
    public static void discard(HttpServletRequest request) {
        if (request.getAttribute(READ_AHEAD) instanceof RequestBody body) {
            body.close();
        }
    }

    /**
     * Reads a whole body as it is.
     *
     * @param sizeMax the largest body taken
     * @throws RequestEntityTooLargeException when the body is larger; what is left of it is not kept
     * @throws ThrottlingException when the bodies in work fill the budget
     * @throws ValidationException when the body does not come to its end in time, or is not UTF-8
     */
    public RequestBody read(HttpServletRequest request, DataSize sizeMax) {
        return read(request, sizeMax.toBytes());
    }

    /**
     * Reads a request of the control plane and checks it against the constraints of its type.
     *
     * @param type a record whose components are the members of the model's shape
     * @throws ValidationException naming each faulty member
     */
    public <T> T read(HttpServletRequest request, Class<T> type) {
        try (RequestBody body = read(request, CONTROL_PLANE_SIZE_MAX)) {
            return parse(body.bytes(), type);
        }
    }

    /**
     * Reads a request of at most the same size token by token, for operations that are called at every page.
     *
     * @param reader goes from the start of the JSON object to its end; what it returns checks the members, once the body is
     *     known to be whole
     * @throws ValidationException when the body is not one JSON object, and what the reader throws
     */
    public <T> T read(HttpServletRequest request, Function<JsonParser, Supplier<T>> reader) {
        try (RequestBody body = read(request, CONTROL_PLANE_SIZE_MAX)) {
            byte[] json = orNoMembers(body.bytes());
            Supplier<T> value;
            try (JsonParser parser = mapper.tokenStreamFactory().createParser(ObjectReadContext.empty(), json)) {
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
            requireNoLoneSurrogates(json);
            return value.get();
        }
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

    private <T> T parse(byte[] json, Class<T> type, ObjectReader reader) {
        T value;
        try {
            value = reader.forType(type).readValue(orNoMembers(json));
        } catch (StreamReadException e) {
            throw cannotParse(e);
        } catch (UnrecognizedPropertyException e) {
            throw ValidationException.field(memberPath(e), "Member is unknown here");
        } catch (JacksonException e) {
            String path = memberPath(e);
            throw path.isEmpty() ? noObject() : wrongType(path);
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

    /** The error for a member that holds another kind of JSON than it should. */
    public static ValidationException wrongType(String member) {
        return ValidationException.field(member, "Member must have the type of the service model");
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
        // Where something started stands there in the parser's own notation.
        String detail = String.valueOf(exception.getOriginalMessage()).replaceFirst(" \\(start marker .*", "");
        return detail.length() > DETAIL_LENGTH_MAX ? detail.substring(0, DETAIL_LENGTH_MAX) + "…" : detail;
    }

    private RequestBody read(HttpServletRequest request, long sizeMax) {
        if (request.getAttribute(READ_AHEAD) instanceof RequestBody body) {
            if (body.bytes().length > sizeMax) {
                throw tooLarge(sizeMax);
            }
            return body;
        }
        long announced = request.getContentLengthLong();
        if (announced > sizeMax) {
            throw tooLarge(sizeMax);
        }
        Reservation reservation = new Reservation();
        boolean complete = false;
        try {
            byte[] bytes = readAll(request.getInputStream(), announced, sizeMax, reservation);
            requireUtf8(bytes);
            complete = true;
            return new RequestBody(bytes, reservation::release);
        } catch (IOException e) {
            throw ValidationException.cannotParse("The request body could not be read to its end");
        } finally {
            if (!complete) {
                reservation.release();
            }
        }
    }

    private byte[] readAll(InputStream in, long announced, long sizeMax, Reservation reservation) throws IOException {
        long started = System.nanoTime();
        // One byte more than announced, so that the end is seen without growing.
        long expected = announced < 0 ? Long.MAX_VALUE : announced + 1;
        int first = (int) Math.min(expected, FIRST_READ);
        reservation.add(first);
        byte[] buffer = new byte[first];
        int length = 0;
        while (true) {
            int count = in.read(buffer, length, buffer.length - length);
            if (count < 0) {
                return Arrays.copyOf(buffer, length);
            }
            length += count;
            if (length > sizeMax) {
                throw tooLarge(sizeMax);
            }
            if (System.nanoTime() - started > timeMax.toNanos()) {
                throw new IOException("The body takes more than " + timeMax);
            }
            if (length == buffer.length) {
                int larger = (int) Math.clamp(expected, length + 1, (long) GROWTH * length);
                reservation.add(larger - buffer.length);
                buffer = Arrays.copyOf(buffer, larger);
            }
        }
    }

    /** The JSON parser would let overlong forms and encoded surrogates through and change the text silently. */
    private static void requireUtf8(byte[] bytes) {
        int bits = 0;
        for (byte b : bytes) {
            bits |= b;
        }
        if (bits >= 0) {
            return; // All ASCII.
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw ValidationException.cannotParse("The request body is not valid UTF-8");
        }
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

    private static RequestEntityTooLargeException tooLarge(long sizeMax) {
        return new RequestEntityTooLargeException("The request body is larger than " + sizeMax + " bytes");
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

    /** What one body has taken of the budget. */
    private final class Reservation {

        private long size;

        void add(int count) {
            if (memoryUsed.addAndGet(count) > memoryMax) {
                memoryUsed.addAndGet(-count);
                throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
            }
            size += count;
        }

        void release() {
            memoryUsed.addAndGet(-size);
            size = 0;
        }
    }
}
