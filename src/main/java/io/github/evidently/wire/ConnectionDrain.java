package io.github.evidently.wire;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Closes the connections before the server stops, without resetting any of them.
 *
 * <p>First the server stops accepting connections. Each request that still arrives on a kept-alive connection is
 * answered with {@code Connection: close}; connections without a request for a moment are closed. Requests in flight
 * have up to {@link #WAIT_MAX}. Spring Boot's graceful shutdown does not do that: it closes kept-alive connections in
 * whatever state they are.
 */
@Component
final class ConnectionDrain implements SmartLifecycle {

    /** How long a shutdown waits for requests in flight. */
    static final Duration WAIT_MAX = Duration.ofSeconds(3);

    // Longer than a client under load takes between an answer and its next request.
    private static final Duration IDLE_MIN = Duration.ofMillis(250);
    private static final Duration STEP = Duration.ofMillis(10);
    private static final Logger log = LoggerFactory.getLogger(ConnectionDrain.class);

    private final List<EvidentlyHttpProtocol> protocols = new CopyOnWriteArrayList<>();
    private volatile boolean running;

    /** Adds the connections of a connector. */
    void add(EvidentlyHttpProtocol protocol) {
        protocols.add(protocol);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        long started = System.nanoTime();
        try {
            for (EvidentlyHttpProtocol protocol : protocols) {
                protocol.startDraining();
            }
            while (closeIdleConnections() && System.nanoTime() - started < WAIT_MAX.toNanos()) {
                Thread.sleep(STEP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.warn("The connections could not be drained", e);
        }
    }

    private boolean closeIdleConnections() {
        boolean isOneLeft = false;
        for (EvidentlyHttpProtocol protocol : protocols) {
            isOneLeft |= protocol.closeIdleConnections(IDLE_MIN);
        }
        return isOneLeft;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns false: a drained server does not come back. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Returns the phase in which Spring Boot would shut down gracefully, before it stops the web server. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE;
    }
}
