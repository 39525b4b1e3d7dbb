package io.github.evidently.wire;

import org.jspecify.annotations.Nullable;

/**
 * The limits on connections and requests, derived from the size of the heap.
 *
 * <p>A connection takes 18 KB of heap while it is idle, 58 KB while a part of a request head has arrived and 120 KB
 * while a request is processed (live heap of 1,000 connections in each state). Three connections for each two
 * megabytes of heap are less than a fifth of it.
 *
 * @param connections how many may be open; beyond that, the server closes the connection that is least likely to be
 *     missed
 * @param requests how many may be processed at once; fewer than there are connections, so that a health check always
 *     finds a free one
 */
record ConnectionLimits(int connections, int requests) {

    private static final double CONNECTIONS_PER_MEGABYTE = 1.5;
    private static final int CONNECTIONS_MIN = 64;
    private static final int CONNECTIONS_MAX = 8_192;

    /**
     * Connections beyond the requests in flight: for health checks, and for clients that are told to come back later.
     */
    private static final int SPARE = 32;

    /**
     * Returns the limits of a server.
     *
     * @param heapSize in bytes
     * @param configured {@code server.tomcat.max-connections}; null, 0 or less for the limit that the heap allows
     */
    static ConnectionLimits of(long heapSize, @Nullable Integer configured) {
        int connections = configured == null || configured <= 0
                ? Math.clamp((long) ((heapSize >> 20) * CONNECTIONS_PER_MEGABYTE), CONNECTIONS_MIN, CONNECTIONS_MAX)
                : configured;
        return new ConnectionLimits(connections, Math.max((connections + 1) / 2, connections - SPARE));
    }
}
