package io.github.evidently.wire;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/**
 * Skips the rest of a request body after the answer, so that a client that is still sending sees the answer instead of
 * a reset, but only for as long as that makes sense.
 *
 * <p>Tomcat would do it without a time limit, and outside of what the server counts as a request in flight.
 */
final class UnreadBody {

    private static final Duration TIME_MAX = Duration.ofSeconds(5);
    private static final long SIZE_MAX = 64L * 1024 * 1024;
    private static final int BUFFER_SIZE = 8 * 1024;

    private UnreadBody() {}

    /** Reads to the end of the body; returns whether it got there. */
    static boolean skip(Request request) {
        // A client that waits for "100 Continue" has sent nothing.
        if (request.getHeader("Expect") != null) {
            return false;
        }
        long started = System.nanoTime();
        Discard discard = new Discard();
        try {
            for (long size = 0; size < SIZE_MAX && System.nanoTime() - started < TIME_MAX.toNanos(); ) {
                int count = request.doRead(discard);
                if (count < 0) {
                    return true;
                }
                size += count;
            }
        } catch (IOException e) {
            // Nothing more to wait for.
        }
        return false;
    }

    /** Reads the part of the body that has arrived; returns whether that is all. */
    static boolean skipArrived(HttpServletRequest request) {
        try {
            ServletInputStream in = request.getInputStream();
            byte[] buffer = new byte[BUFFER_SIZE];
            for (long size = 0; size < SIZE_MAX && !in.isFinished() && in.available() > 0; ) {
                size += Math.max(0, in.read(buffer));
            }
            return in.isFinished();
        } catch (IOException e) {
            return false;
        }
    }

    /** Discards the pieces of a body, one after the other, in Tomcat's own buffer. */
    private static final class Discard implements ApplicationBufferHandler {

        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // Nothing is kept.
        }
    }
}
