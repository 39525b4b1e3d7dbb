package io.github.evidently.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Processes the requests of a connection; differs from Tomcat's processor in the {@code Host} headers that it accepts,
 * in the time that it gives a client for a request head, in that a request that waits for its body can be given up, and
 * in that it refuses HTTP/0.9.
 *
 * <p>Tomcat's time limit is for the gap between two bytes: a client that sends one byte now and then keeps a connection
 * for hours. Here it is for the whole head.
 *
 * <p>Tomcat takes DNS names alone. Names of Compose services often have an underscore, and an SDK that puts
 * {@code dataplane.} before an address makes a name like {@code dataplane.[::1]}. Nothing here is routed by host name
 * (ADR 33).
 *
 * <p>A request line without a version is HTTP/0.9, whose answers have neither a status nor headers. Tomcat gives such
 * answers, and also to later clients whose request line is malformed, because it does not reset a processor that is
 * used again.
 */
final class EvidentlyHttpProcessor extends Http11Processor {

    private static final int PORT_MAX = 65_535;

    /** The time that a byte of a body makes up for: a kilobyte per second is a pace at which no request waits. */
    private static final long NANOS_PER_BYTE = 1_000_000;

    /** Tomcat's private flag for a request of HTTP/0.9. */
    private static final VarHandle HTTP_09 = http09();

    private final AbstractHttp11Protocol<?> protocol;

    EvidentlyHttpProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter, BodyWaits bodyWaits) {
        super(protocol, adapter);
        this.protocol = protocol;
        request.setInputBuffer(new Body(request.getInputBuffer(), bodyWaits));
    }

    /** The body of the request, whose reads are tracked by {@link BodyWaits}. */
    private final class Body implements InputBuffer {

        private final InputBuffer bytes;
        private final BodyWaits waits;

        // Of the current request.
        private long headStarted;
        private long waitedNanos;
        private long received;

        Body(InputBuffer bytes, BodyWaits waits) {
            this.bytes = bytes;
            this.waits = waits;
        }

        @Override
        public int doRead(ApplicationBufferHandler handler) throws IOException {
            long lag = Math.max(0, waitedNanos() - received * NANOS_PER_BYTE);
            long begin = System.nanoTime();
            BodyWaits.Wait wait =
                    waits.begin(((NioChannel) getSocketWrapper().getSocket()).getIOChannel(), Duration.ofNanos(lag));
            try {
                int count = bytes.doRead(handler);
                waitedNanos += System.nanoTime() - begin;
                received += Math.max(0, count);
                if (!wait.end()) {
                    throw new BodyWaits.GivenUpException();
                }
                return count;
            } catch (BodyWaits.GivenUpException e) {
                throw e;
            } catch (IOException e) {
                throw wait.end() ? e : new BodyWaits.GivenUpException();
            } finally {
                waits.remove(wait);
            }
        }

        /** Returns how long the current request has waited for its body before. */
        private long waitedNanos() {
            if (headStarted != headStartedNanos()) {
                headStarted = headStartedNanos();
                waitedNanos = 0;
                received = 0;
            }
            return waitedNanos;
        }

        @Override
        public int available() {
            return bytes.available();
        }
    }

    private static VarHandle http09() {
        try {
            return MethodHandles.privateLookupIn(Http11Processor.class, MethodHandles.lookup())
                    .findVarHandle(Http11Processor.class, "http09", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Tomcat is not the one that it was written for", e);
        }
    }

    @Override
    public SocketState service(SocketWrapperBase<?> connection) throws IOException {
        HTTP_09.set(this, false);
        SocketState state = super.service(connection);
        if (state == SocketState.OPEN) {
            markServed(connection);
        }
        if (state != SocketState.LONG || !isInHead() || protocol.getConnectionTimeout() <= 0) {
            return state;
        }
        long remaining = protocol.getConnectionTimeout() - (System.nanoTime() - headStartedNanos()) / 1_000_000;
        if (remaining <= 0) {
            return SocketState.CLOSED;
        }
        // Counted from the last byte, that is from now. The next request sets it anew.
        connection.setReadTimeout(remaining);
        return state;
    }

    /** Tomcat has no place for this: the time limit for writes becomes a millisecond longer, see {@link EvidentlyEndpoint}. */
    private void markServed(SocketWrapperBase<?> connection) {
        if (protocol.getConnectionTimeout() > 0) {
            connection.setWriteTimeout(protocol.getConnectionTimeout() + 1L);
        }
    }

    /** Tells whether the connection waits for the rest of a request head; called only while no request is processed. */
    boolean isInHead() {
        return !isAsync();
    }

    /** Returns when the first byte of the request head arrived, by {@link System#nanoTime}. */
    long headStartedNanos() {
        return request.getStartTimeNanos();
    }

    @Override
    protected void parseHost(@Nullable MessageBytes header) {
        if ((boolean) HTTP_09.get(this)) {
            HTTP_09.set(this, false);
            response.setStatus(400);
            setErrorState(ErrorState.CLOSE_CLEAN, null);
            return;
        }
        if (header == null || header.isNull() || header.getLength() == 0) {
            super.parseHost(header);
            return;
        }
        String text = header.toString();
        String refusal = refusal(text);
        if (refusal != null) {
            ContainerRefusal.explain(request, refusal);
            response.setStatus(400);
            setErrorState(ErrorState.CLOSE_CLEAN, null);
            return;
        }
        int colon = portColon(text);
        request.serverName().setString(colon < 0 ? text : text.substring(0, colon));
        int port = colon < 0 ? -1 : port(text, colon);
        if (port < 0) {
            populatePort();
        } else {
            request.setServerPort(port);
        }
    }

    /** Returns what is wrong with a Host header; null when nothing is. */
    private static @Nullable String refusal(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (!isHostCharacter(c)) {
                String shown = c > ' ' && c < 0x7f ? "'" + c + "'" : String.format("U+%04X", (int) c);
                return "The Host header has the character " + shown + " at position " + (i + 1)
                        + ", which no host name has";
            }
        }
        int colon = portColon(host);
        return colon >= 0 && port(host, colon) > PORT_MAX
                ? "The port in the Host header is larger than " + PORT_MAX
                : null;
    }

    /** Tells whether RFC 3986 allows a character in a host: in a registered name, or in an address in brackets. */
    private static boolean isHostCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "-._~%!$&'()*+,;=:[]".indexOf(c) >= 0;
    }

    /** Returns the position of the colon before a port; -1 when there is none, as in an address without brackets. */
    private static int portColon(String host) {
        int colon = host.lastIndexOf(':');
        boolean isPort = colon >= 0
                && colon > host.lastIndexOf(']')
                && host.substring(colon + 1).chars().allMatch(c -> c >= '0' && c <= '9')
                && (host.indexOf(':') == colon || host.indexOf(']') >= 0);
        return isPort ? colon : -1;
    }

    /** Returns the port behind the colon; -1 when it is empty. */
    private static int port(String host, int colon) {
        String digits = host.substring(colon + 1);
        if (digits.isEmpty()) {
            return -1;
        }
        return digits.length() > 5 ? PORT_MAX + 1 : Integer.parseInt(digits);
    }
}
