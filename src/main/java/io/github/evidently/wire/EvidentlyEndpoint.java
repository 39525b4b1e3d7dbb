package io.github.evidently.wire;

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
 * Tomcat's endpoint with an eviction policy: at the limit of open connections, a waiting one makes room for a new one.
 *
 * <p>So clients that open connections and send nothing, or half a request, do not block others. First the requests that
 * have waited for their body the longest are given up, see {@link BodyWaits}; then the connections with the oldest
 * unfinished request heads are closed; where there are none, those that have been silent the longest. No other request
 * in flight is given up. A connection that has waited for less than a second, or a quarter of one in a head, is left
 * alone; until there is another, new ones wait in the kernel's queue.
 */
final class EvidentlyEndpoint extends NioEndpoint {

    // Several at a time, because finding them takes a pass over all connections.
    private static final int EVICTED_SHARE = 32;

    /** A larger share, for when each eviction takes a second. */
    private static final int EVICTED_SHARE_URGENT = 4;

    /**
     * The minimum time that a connection waits before it is evicted: its request may have arrived but not been read
     * yet.
     */
    private static final Duration AGE_MIN = Duration.ofSeconds(1);

    /** The same for an unfinished head: its rest is on its way, or never comes. */
    private static final Duration HEAD_AGE_MIN = Duration.ofMillis(250);

    /** How long connections that were served before are spared, when many others have only begun. */
    private static final Duration SPARED_MAX = Duration.ofSeconds(3);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private volatile int openMax = Integer.MAX_VALUE;
    private volatile BodyWaits bodyWaits = new BodyWaits();

    /** Sets how many connections may be open, and the requests that can be given up to make room for another. */
    void setLimits(int openMax, BodyWaits bodyWaits) {
        this.openMax = openMax;
        this.bodyWaits = bodyWaits;
        // Tomcat's own limit, at which it accepts no more, also counts a connection that it waits for. It must not
        // be reached first.
        setMaxConnections(openMax + EVICTED_SHARE);
    }

    /** Called by the acceptor before it takes the next connection out of the kernel's queue. */
    @Override
    protected void countUpOrAwaitConnection() throws InterruptedException {
        long started = System.nanoTime();
        while (connections.size() >= openMax && isRunning() && !isPaused()) {
            // Clients that send a little in time again and again must not block others.
            long waited = System.nanoTime() - started;
            boolean isUrgent = waited > AGE_MIN.toNanos();
            boolean maySpare = waited < SPARED_MAX.toNanos();
            if (!bodyWaits.giveUp(shareOf(isUrgent)) && !evict(isUrgent, maySpare)) {
                Thread.sleep(PAUSE);
            }
        }
        super.countUpOrAwaitConnection();
    }

    /**
     * Closes some of the connections that wait for their client.
     *
     * @param isUrgent whether to close any of them, the oldest first; otherwise only those that have waited for a while
     * @param maySpare whether to spare those that were served before when there are many others, which will be old enough in
     *     a moment
     * @return whether there were any
     */
    private boolean evict(boolean isUrgent, boolean maySpare) {
        List<Waiting> waiting = new ArrayList<>();
        for (SocketWrapperBase<NioChannel> connection : connections.values()) {
            Waiting found = Waiting.of((NioSocketWrapper) connection, getConnectionTimeout());
            if (found != null) {
                waiting.add(found);
            }
        }
        // As long as there are unfinished heads, those that are too young now will be old enough in a moment.
        boolean areInHead = waiting.stream().anyMatch(Waiting::isInHead);
        Duration ageMin = areInHead ? HEAD_AGE_MIN : AGE_MIN;
        long others = bodyWaits.count()
                + waiting.stream().filter(connection -> !connection.isServed()).count();
        boolean sparesServed = maySpare && others >= shareOf(false);
        List<Waiting> evicted = waiting.stream()
                .filter(connection -> !(sparesServed && connection.isServed()))
                .filter(connection -> isUrgent
                        || (connection.isInHead == areInHead && connection.age().compareTo(ageMin) >= 0))
                .sorted(Comparator.comparing(Waiting::age).reversed())
                .limit(shareOf(isUrgent))
                .toList();
        evicted.forEach(Waiting::close);
        return !evicted.isEmpty();
    }

    /** Returns how many connections make room at once. */
    private int shareOf(boolean isUrgent) {
        return Math.max(1, openMax / (isUrgent ? EVICTED_SHARE_URGENT : EVICTED_SHARE));
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
            Waiting waiting = Waiting.of((NioSocketWrapper) connection, getConnectionTimeout());
            if (waiting != null && !waiting.isInHead && waiting.since <= sinceMax) {
                waiting.close();
            }
        }
        return !connections.isEmpty();
    }

    /**
     * A connection that waits for its client.
     *
     * @param connectionTimeout that of the endpoint, in milliseconds
     * @param isInHead whether a part of a request head has arrived
     * @param since the start of the wait: when the head began, by {@link System#nanoTime}, or when something was last
     *     read or written, in milliseconds since 1970
     */
    private record Waiting(NioSocketWrapper connection, int connectionTimeout, boolean isInHead, long since) {

        /** Returns null when a request is processed. */
        static @Nullable Waiting of(NioSocketWrapper connection, int connectionTimeout) {
            Lock lock = connection.getLock();
            // Held while a request is processed.
            if (!lock.tryLock()) {
                return null;
            }
            try {
                Object processor = connection.getCurrentProcessor();
                if (processor == null) {
                    return new Waiting(
                            connection,
                            connectionTimeout,
                            false,
                            Math.max(connection.getLastRead(), connection.getLastWrite()));
                }
                return processor instanceof EvidentlyHttpProcessor http && http.isInHead()
                        ? new Waiting(connection, connectionTimeout, true, http.headStartedNanos())
                        : null;
            } finally {
                lock.unlock();
            }
        }

        /** Tells whether it waits for another request after an answer; {@link EvidentlyHttpProcessor} leaves this mark. */
        boolean isServed() {
            return !isInHead && connection.getWriteTimeout() != connectionTimeout;
        }

        Duration age() {
            return isInHead
                    ? Duration.ofNanos(System.nanoTime() - since)
                    : Duration.ofMillis(System.currentTimeMillis() - since);
        }

        /** Closes it unless the client has sent something in the meantime. */
        void close() {
            Lock lock = connection.getLock();
            if (lock.tryLock()) {
                try {
                    if (equals(of(connection, connectionTimeout))) {
                        connection.close();
                    }
                } finally {
                    lock.unlock();
                }
            }
        }
    }
}
