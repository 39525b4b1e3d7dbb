package io.github.evidently.wire;

import io.github.evidently.error.RequestEntityTooLargeException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.ValidationException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JsonParser;

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

    private static final int HEAP_SHARE = 8;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final String READ_AHEAD = RequestBodies.class.getName() + ".READ_AHEAD";

    private final long memoryMax;
    private final Duration timeMax;
    private final AtomicLong memoryUsed = new AtomicLong();
    private final RequestJson json;

    RequestBodies(WireProperties properties, RequestJson json) {
        // Of a body several copies are in work: its bytes, its texts, what is written to the disk.
        this.memoryMax = Math.min(
                properties.bodyMemoryMax().toBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        this.timeMax = properties.bodyTimeMax();
        this.json = json;
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
            return json.parse(body.bytes(), type);
        }
    }

    /**
     * Reads a request of at most the same size token by token, for operations that are called at every page.
     *
     * @param reader see {@link RequestJson#parse(byte[], Function)}
     * @throws ValidationException when the body is not one JSON object, and what the reader throws
     */
    public <T> T read(HttpServletRequest request, Function<JsonParser, Supplier<T>> reader) {
        try (RequestBody body = read(request, CONTROL_PLANE_SIZE_MAX)) {
            return json.parse(body.bytes(), reader);
        }
    }

    private RequestBody read(HttpServletRequest request, long operationSizeMax) {
        // What never fits is not worth another try.
        long sizeMax = Math.min(operationSizeMax, memoryMax);
        if (request.getAttribute(READ_AHEAD) instanceof RequestBody body) {
            if (body.bytes().length > sizeMax) {
                throw tooLarge(sizeMax);
            }
            return body;
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw ValidationException.cannotParse("The request body must not have a Content-Encoding");
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

    private static RequestEntityTooLargeException tooLarge(long sizeMax) {
        return new RequestEntityTooLargeException("The request body is larger than " + sizeMax + " bytes");
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
