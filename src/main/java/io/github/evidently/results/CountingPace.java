package io.github.evidently.results;

import java.time.Duration;

/**
 * Spreads the work of counting over time: without it, the events of a second would take a processor for 200 ms in a
 * row, and requests would wait for it. Not thread-safe.
 *
 * <p>After each run of events the thread rests for up to three times as long as the run took. The further it is behind
 * the end of the log, the shorter it rests, so that it never falls behind for good.
 */
final class CountingPace {

    /** Does not rest. */
    static final CountingPace NONE = new CountingPace(_ -> {});

    /** Rests for some time, or less when a request waits for results. */
    interface Rest {
        void rest(Duration time);
    }

    /** From so many events behind on the thread does not rest; they take some three seconds to count. */
    static final long BEHIND_MAX = 1_000_000;

    private static final int RESTS_PER_RUN = 3;
    private static final long REST_MAX_NANOS = Duration.ofMillis(100).toNanos();

    private final Rest rest;
    private long begin;

    CountingPace(Rest rest) {
        this.rest = rest;
    }

    /** Begins a run. */
    void begin() {
        begin = System.nanoTime();
    }

    /** @param behind how many events there are after the run */
    void afterRun(long behind) {
        Duration time = rest(System.nanoTime() - begin, behind);
        if (time.isPositive()) {
            rest.rest(time);
        }
        begin();
    }

    /** Returns how long to rest after a run that took some time. */
    static Duration rest(long workedNanos, long behind) {
        double share = (double) Math.max(0, BEHIND_MAX - behind) / BEHIND_MAX;
        return Duration.ofNanos(Math.min(REST_MAX_NANOS, (long) (RESTS_PER_RUN * share * workedNanos)));
    }
}
