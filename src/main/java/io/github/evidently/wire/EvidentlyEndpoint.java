package io.github.evidently.wire;

import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's connections, with an eviction policy: when as many are open as may be, one that waits makes room for a new one.
 *
 * <p>So clients that open connections and send nothing, or half a request, keep nobody out. Evicted are first the connections
 * with the oldest unfinished request heads, then those that have been silent the longest. A request in process is never
 * evicted.
 */
final class EvidentlyEndpoint extends NioEndpoint {

    // Several at a time, because looking for them takes a pass over all connections.
    private static final int EVICTED_SHARE = 32;

    private volatile int openMax = Integer.MAX_VALUE;

    /** Sets how many connections may be open. */
    void setOpenMax(int openMax) {
        this.openMax = openMax;
        // Tomcat's own limit, at which it accepts no more, counts a connection that it waits for; it must not come
        // first.
        setMaxConnections(openMax + EVICTED_SHARE);
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        if (connections.size() >= openMax) {
            evict();
        }
        return super.setSocketOptions(socket);
    }

    private void evict() {
        List<Waiting> waiting = new ArrayList<>();
        for (SocketWrapperBase<NioChannel> connection : connections.values()) {
            Waiting found = Waiting.of((NioSocketWrapper) connection);
            if (found != null) {
                waiting.add(found);
            }
        }
        waiting.sort(Waiting.ORDER);
        int count = Math.max(1, openMax / EVICTED_SHARE);
        waiting.stream().limit(count).forEach(Waiting::close);
    }

    /**
     * Closes the connections that wait for their next request.
     *
     * @param idleMin for how long they must have waited: a request may be on its way on the others
     * @return whether connections are left
     */
    boolean closeIdle(Duration idleMin) {
        long sinceMax = System.currentTimeMillis() - idleMin.toMillis();
        for (SocketWrapperBase<NioChannel> connection : connections.values()) {
            Waiting waiting = Waiting.of((NioSocketWrapper) connection);
            if (waiting != null && !waiting.isInHead && waiting.since <= sinceMax) {
                waiting.close();
            }
        }
        return !connections.isEmpty();
    }

    /**
     * A connection that waits for its client.
     *
     * @param isInHead whether a part of a request head has arrived
     * @param since since when: when the head began, by {@link System#nanoTime}, or when something was last read or written,
     *     in milliseconds since 1970
     */
    private record Waiting(NioSocketWrapper connection, boolean isInHead, long since) {

        static final Comparator<Waiting> ORDER =
                Comparator.comparing(Waiting::isInHead).reversed().thenComparingLong(Waiting::since);

        /** Returns null when a request is processed. */
        static @Nullable Waiting of(NioSocketWrapper connection) {
            Lock lock = connection.getLock();
            // Held while a request is processed.
            if (!lock.tryLock()) {
                return null;
            }
            try {
                Object processor = connection.getCurrentProcessor();
                if (processor == null) {
                    return new Waiting(
                            connection, false, Math.max(connection.getLastRead(), connection.getLastWrite()));
                }
                return processor instanceof EvidentlyHttpProcessor http && http.isInHead()
                        ? new Waiting(connection, true, http.headStartedNanos())
                        : null;
            } finally {
                lock.unlock();
            }
        }

        /** Closes it unless the client has gone on in the meantime. */
        void close() {
            Lock lock = connection.getLock();
            if (lock.tryLock()) {
                try {
                    if (equals(of(connection))) {
                        connection.close();
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }
}
