package io.github.evidently.wire;

import java.time.Duration;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * Tomcat's HTTP/1.1 over NIO with what its settings do not offer: an {@link EvidentlyHttpProcessor} that accepts every
 * host name and has a time limit for a request head, an {@link EvidentlyEndpoint} that evicts waiting connections when
 * it is full, and a shutdown that drains kept-alive connections instead of resetting them.
 *
 * <p>Tomcat creates it by name, so it is public and has a constructor without parameters (ADR 33).
 */
public final class EvidentlyHttpProtocol extends Http11NioProtocol {

    private final EvidentlyEndpoint endpoint;
    private BodyWaits bodyWaits = new BodyWaits();

    public EvidentlyHttpProtocol() {
        this(new EvidentlyEndpoint());
    }

    private EvidentlyHttpProtocol(EvidentlyEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected Processor createProcessor() {
        return new EvidentlyHttpProcessor(this, adapter, bodyWaits);
    }

    /**
     * Returns false: a paused endpoint accepts no connection, but requests on the connections that it has are still
     * answered. Tomcat would close such a connection with a request unread, which resets it.
     */
    @Override
    public boolean isPaused() {
        return false;
    }

    /**
     * Sets how many connections may be open, and the requests that can be given up to make room for another. Must be
     * called before the start.
     */
    void setLimits(int connectionsMax, BodyWaits bodyWaits) {
        this.bodyWaits = bodyWaits;
        endpoint.setLimits(connectionsMax, bodyWaits);
    }

    /** Stops accepting connections and answers every request from now on with {@code Connection: close}. */
    void startDraining() throws Exception {
        pause();
        closeServerSocketGraceful();
        setMaxKeepAliveRequests(1);
    }

    /**
     * Closes the connections that wait for their next request.
     *
     * @param idleMin for how long they must have waited: a request may be on its way on the others
     * @return whether connections are left
     */
    boolean closeIdleConnections(Duration idleMin) {
        return endpoint.closeIdle(idleMin);
    }
}
