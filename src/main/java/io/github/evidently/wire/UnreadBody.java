package io.github.evidently.wire;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;

/**
 * Reads past what is left of a request body after the answer, so that a client that is still sending sees the answer and no
 * reset, and for no longer than that makes sense.
 *
 * <p>Tomcat would do it without a limit on the time, and outside of what the server counts as a request.
 */
final class UnreadBody {

    private static final Duration TIME_MAX = Duration.ofSeconds(5);
    private static final long SIZE_MAX = 64L * 1024 * 1024;
    private static final int BUFFER_SIZE = 8 * 1024;

    private UnreadBody() {}

    /** Reads to the end of the body, or closes the connection after the answer. */
    static void skip(HttpServletRequest request, HttpServletResponse response) {
        long started = System.nanoTime();
        try {
            ServletInputStream in = request.getInputStream();
            if (in.isFinished()) {
                return;
            }
            response.flushBuffer();
            byte[] buffer = new byte[BUFFER_SIZE];
            long size = 0;
            // Whoever waits for a "100 Continue" has sent nothing.
            if (request.getHeader("Expect") == null) {
                while (size < SIZE_MAX && System.nanoTime() - started < TIME_MAX.toNanos()) {
                    int count = in.read(buffer);
                    if (count < 0) {
                        return;
                    }
                    size += count;
                }
            }
        } catch (IOException e) {
            // Nothing more to wait for.
        }
        ContainerErrorValve.closeAfterAnswer(request);
    }

    /** Reads what has arrived already, and closes the connection after the answer if that is not all. */
    static void skipArrived(HttpServletRequest request) {
        try {
            ServletInputStream in = request.getInputStream();
            byte[] buffer = new byte[BUFFER_SIZE];
            for (long size = 0; size < SIZE_MAX && !in.isFinished() && in.available() > 0; ) {
                size += Math.max(0, in.read(buffer));
            }
            if (in.isFinished()) {
                return;
            }
        } catch (IOException e) {
            // Nothing more to wait for.
        }
        ContainerErrorValve.closeAfterAnswer(request);
    }
}
