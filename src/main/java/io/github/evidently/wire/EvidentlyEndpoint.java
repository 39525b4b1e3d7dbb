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

    /** How long to wait for bodies to be old enough, before served connections are closed. */
    private static final Duration BODIES_WAIT_MAX = Duration.ofSeconds(3);

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
            if (!bodyWaits.giveUp(shareOf(isUrgent)) && (isBodySoonOld(waited) || !evict(isUrgent))) {
                Thread.sleep(PAUSE);
            }
        }
        super.countUpOrAwaitConnection();
    }

    /**
     * Tells whether to wait for bodies that will be old enough in a moment, rather than close the connection of a client
     * that was served before.
     */
    private boolean isBodySoonOld(long waited) {
        return waited < BODIES_WAIT_MAX.toNanos() && bodyWaits.count() >= shareOf(false);
    }

    /**
     * Closes some of the connections that wait for their client.
     *
     * @param isUrgent whether to close any of them, the oldest first; otherwise only those that have waited for a while
     * @return whether there were any
     */
    private boolean evict(boolean isUrgent) {
        List<Waiting> waiting = new ArrayList<>();
        for (SocketWrapperBase<NioChannel> connection : connections.values()) {
            Waiting found = Waiting.of((NioSocketWrapper) connection);
            if (found != null) {
                waiting.add(found);
            }
        }
        // As long as there are unfinished heads, those that are too young now will be old enough in a moment.
        boolean areInHead = waiting.stream().anyMatch(Waiting::isInHead);
        Duration ageMin = areInHead ? HEAD_AGE_MIN : AGE_MIN;
        List<Waiting> evicted = waiting.stream()
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
     * @param since the start of the wait: when the head began, by {@link System#nanoTime}, or when something was last
     *     read or written, in milliseconds since 1970
     */
    private record Waiting(NioSocketWrapper connection, boolean isInHead, long since) {

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
