package io.github.evidently.wire;

import java.time.Duration;
import java.util.concurrent.locks.Lock;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Tomcat's HTTP/1.1 over NIO with the two things that its settings do not offer: a {@link EvidentlyHttpProcessor} that
 * accepts every host name, and a shutdown that drains kept-alive connections instead of resetting them.
 *
 * <p>Tomcat creates it by name, so it is public and has a constructor without parameters (ADR 33).
 */
public final class EvidentlyHttpProtocol extends Http11NioProtocol {

    @Override
    protected Processor createProcessor() {
        return new EvidentlyHttpProcessor(this, adapter);
    }

    /**
     * Returns false: a paused endpoint accepts no connection, but requests on the connections that it has are still
     * answered. Tomcat would close such a connection with a request unread, which resets it.
     */
    @Override
    public boolean isPaused() {
        return false;
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
        long lastReadMax = System.currentTimeMillis() - idleMin.toMillis();
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            closeIfIdle((NioSocketWrapper) connection, lastReadMax);
        }
        return !getEndpoint().getConnections().isEmpty();
    }

    private static void closeIfIdle(NioSocketWrapper connection, long lastReadMax) {
        Lock lock = connection.getLock();
        // Held while a request is processed. A processor that nobody runs has read a part of a request.
        if (lock.tryLock()) {
            try {
                if (connection.getCurrentProcessor() == null
                        && Math.max(connection.getLastRead(), connection.getLastWrite()) <= lastReadMax) {
                    connection.close();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
