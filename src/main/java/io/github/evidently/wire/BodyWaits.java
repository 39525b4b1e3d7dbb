package io.github.evidently.wire;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Tracks the requests that wait for the next bytes of their body. When other requests need their places, those that
 * have waited the longest are given up.
 *
 * <p>A client that announces a body and does not send it holds a connection and a place among the requests in flight.
 * Without this class, enough such clients would block all others until they time out. Thread-safe.
 */
@Component
final class BodyWaits {

    /** The minimum time that a request waits: its bytes may be on their way. */
    private static final Duration AGE_MIN = Duration.ofSeconds(1);

    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

    /** When a request was given up last, by {@link System#nanoTime}; null before the first time. */
    private volatile @Nullable Long lastGivenUp;

    /**
     * Notes that a request waits from now on; {@link Wait#end} and {@link #remove} must follow.
     *
     * @param lag the time that it waited before, beyond what the arrived bytes make up for: a client that sends a byte
     *     now and then does not begin anew with each
     */
    Wait begin(SocketChannel connection, Duration lag) {
        Wait wait = new Wait(connection, System.nanoTime() - lag.toNanos());
        waits.add(wait);
        return wait;
    }

    void remove(Wait wait) {
        waits.remove(wait);
    }

    /** Returns how many requests wait now. */
    int count() {
        return waits.size();
    }

    /**
     * Gives up some of the requests that have waited for a second or longer; each is answered soon.
     *
     * @return whether there were any
     */
    boolean giveUp(int countMax) {
        long now = System.nanoTime();
        List<Wait> oldest = waits.stream()
                .filter(wait -> now - wait.since >= AGE_MIN.toNanos())
                .sorted(Comparator.comparingLong(wait -> wait.since - now))
                .limit(countMax)
                .toList();
        boolean isAnyGivenUp = false;
        for (Wait wait : oldest) {
            isAnyGivenUp |= wait.giveUp();
        }
        if (isAnyGivenUp) {
            lastGivenUp = now;
        }
        return isAnyGivenUp;
    }

    /** Tells whether a request was given up within a time before now; its place may not be free yet. */
    boolean hasGivenUpWithin(Duration time) {
        Long last = lastGivenUp;
        return last != null && System.nanoTime() - last < time.toNanos();
    }

    /** Thrown to a request that was given up while it read its body. */
    static final class GivenUpException extends IOException {

        private static final long serialVersionUID = 1L;

        GivenUpException() {
            super("The body did not arrive, and others need the place of its request");
        }
    }

    /** A waiting request. */
    static final class Wait {

        private final SocketChannel connection;
        private final long since;
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Wait(SocketChannel connection, long since) {
            this.connection = connection;
            this.since = since;
        }

        /** Ends the wait; returns false when the request was given up, whatever has arrived. */
        boolean end() {
            return isOver.compareAndSet(false, true);
        }

        private boolean giveUp() {
            if (!isOver.compareAndSet(false, true)) {
                return false;
            }
            try {
                // Wakes the waiting thread. The other direction stays open for the answer.
                connection.shutdownInput();
                return true;
            } catch (IOException e) {
                return false; // Closed in the meantime.
            }
        }
    }
}
