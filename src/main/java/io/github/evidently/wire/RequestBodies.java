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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.JsonParser;

/**
 * Reads request bodies within limits. The Content-Type does not matter: AWS's clients send JSON under several names or
 * none.
 *
 * <p>Small bodies always have room: as many as there may be requests in flight. Larger ones take the rest from one
 * budget, piece by piece as it arrives and not as it is announced. A body that arrives too slowly to be complete in
 * time is given up as soon as that shows. Thread-safe.
 */
@Component
public final class RequestBodies {

    // The largest request of the control plane, 2,500 entity overrides, is some 40 KB.
    private static final long CONTROL_PLANE_SIZE_MAX = 256 * 1024;

    /** The memory that every body may take outside of the budget. */
    private static final int SMALL = 32 * 1024;

    /** The memory that a larger body takes at a time. */
    private static final int PIECE = 64 * 1024;

    private static final int HEAP_SHARE = 8;

    // The share of the budget for bodies that are read before their sender is known to be allowed to send them.
    private static final int UNVERIFIED_SHARE = 2;

    /** How long a body may lag behind, since a connection may need a moment to get going. */
    private static final Duration LAG_MAX = Duration.ofSeconds(5);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final String READ_AHEAD = RequestBodies.class.getName() + ".READ_AHEAD";

    private final long memoryMax;
    private final Duration timeMax;
    private final AtomicLong memoryUsed = new AtomicLong();
    private final AtomicLong unverifiedUsed = new AtomicLong();
    private final RequestJson json;

    RequestBodies(WireProperties properties, RequestJson json) {
        // Several copies of a body exist at once: its bytes, its texts, what is written to the disk.
        long memory = Math.min(
                properties.bodyMemoryMax().toBytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
        this.memoryMax = memory / PIECE * PIECE;
        this.timeMax = properties.bodyTimeMax();
        this.json = json;
    }

    /**
     * Reads a body before it is known what it is for, so that its bytes can be checked; later reads of the same request
     * return it, within their own limits.
     *
     * @param isVerified whether the caller is known to be allowed to call; bodies of other callers share a part of the
     *     budget
     * @throws RequestEntityTooLargeException when the body is larger than any may be
     * @throws ThrottlingException when the bodies in work fill the budget
     * @throws ValidationException when the body does not come to its end in time, or is not UTF-8
     */
    public RequestBody readAhead(HttpServletRequest request, boolean isVerified) {
        long sizeMax = isVerified ? memoryMax : memoryMax / UNVERIFIED_SHARE;
        RequestBody body = read(request, sizeMax, new Reservation(!isVerified));
        request.setAttribute(READ_AHEAD, body);
        return body;
    }

    /** Gives back the memory of a body that was read ahead, unless that has already happened. */
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
        return readOnce(request, sizeMax.toBytes());
    }

    /**
     * Reads a request of the control plane and checks it against the constraints of its type.
     *
     * @param type a record whose components are the members of the model's shape
     * @throws ValidationException naming each invalid member
     */
    public <T> T read(HttpServletRequest request, Class<T> type) {
        try (RequestBody body = readOnce(request, CONTROL_PLANE_SIZE_MAX)) {
            return json.parse(body.bytes(), type);
        }
    }

    /**
     * Reads a request of at most the same size token by token, for operations that are called on every page.
     *
     * @param reader see {@link RequestJson#parse(byte[], Function)}
     * @throws ValidationException when the body is not one JSON object, and what the reader throws
     */
    public <T> T read(HttpServletRequest request, Function<JsonParser, Supplier<T>> reader) {
        try (RequestBody body = readOnce(request, CONTROL_PLANE_SIZE_MAX)) {
            return json.parse(body.bytes(), reader);
        }
    }

    private RequestBody readOnce(HttpServletRequest request, long operationSizeMax) {
        // A body that never fits is not worth a retry.
        long sizeMax = Math.min(operationSizeMax, memoryMax);
        if (request.getAttribute(READ_AHEAD) instanceof RequestBody body) {
            if (body.bytes().length > sizeMax) {
                throw tooLarge(sizeMax);
            }
            return body;
        }
        return read(request, sizeMax, new Reservation(false));
    }

    private RequestBody read(HttpServletRequest request, long sizeMax, Reservation reservation) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.isBlank() && !encoding.equalsIgnoreCase("identity")) {
            throw ValidationException.cannotParse("The request body must not have a Content-Encoding");
        }
        long announced = request.getContentLengthLong();
        if (announced > sizeMax) {
            throw tooLarge(sizeMax);
        }
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
        // One byte more than announced, so that the end is seen without another piece.
        byte[] piece = new byte[announced < 0 ? SMALL : (int) Math.min(announced + 1, SMALL)];
        List<byte[]> full = new ArrayList<>();
        int filled = 0;
        long length = 0;
        while (true) {
            int count = in.read(piece, filled, piece.length - filled);
            if (count < 0) {
                return join(full, piece, filled, (int) length);
            }
            filled += count;
            length += count;
            if (length > sizeMax) {
                throw tooLarge(sizeMax);
            }
            requireProgress(length, announced, System.nanoTime() - started);
            if (filled == piece.length) {
                reservation.add(PIECE);
                full.add(piece);
                piece = new byte[PIECE];
                filled = 0;
            }
        }
    }

    private static byte[] join(List<byte[]> full, byte[] last, int filled, int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (byte[] piece : full) {
            System.arraycopy(piece, 0, bytes, at, piece.length);
            at += piece.length;
        }
        System.arraycopy(last, 0, bytes, at, filled);
        return bytes;
    }

    /**
     * Requires that the body arrives evenly enough to be complete in time.
     *
     * @param announced negative when the length is not known; then as much as has arrived may be still to come
     * @throws IOException when it lags behind
     */
    private void requireProgress(long length, long announced, long elapsedNanos) throws IOException {
        long expected = announced < 0 ? 2 * length : announced;
        long lag = Math.min(LAG_MAX.toNanos(), timeMax.toNanos() / 2);
        double share = (double) (elapsedNanos - lag) / (timeMax.toNanos() - lag);
        if ((double) length < share * expected) {
            throw new IOException("The body would take more than " + timeMax);
        }
    }

    /**
     * Requires valid UTF-8. The JSON parser would accept overlong forms and encoded surrogates, and change the text
     * silently.
     */
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

    /** The part of the budget that one body has taken. */
    private final class Reservation {

        private final boolean isUnverified;
        private long size;

        Reservation(boolean isUnverified) {
            this.isUnverified = isUnverified;
        }

        void add(int count) {
            size += count;
            long used = memoryUsed.addAndGet(count);
            long unverified = isUnverified ? unverifiedUsed.addAndGet(count) : 0;
            if (used > memoryMax || unverified > memoryMax / UNVERIFIED_SHARE) {
                release();
                throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
            }
        }

        void release() {
            memoryUsed.addAndGet(-size);
            if (isUnverified) {
                unverifiedUsed.addAndGet(-size);
            }
            size = 0;
        }
    }
}
