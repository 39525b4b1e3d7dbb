package io.github.evidently.results;

import io.github.evidently.persistence.TallyStore.ExecutionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the tallies in memory. The size limit applies only to tallies that no request is using. Thread-safe. */
final class KeptTallies {

    private final long bytesMax;
    private final Map<ExecutionKey, KeptTally> kept = new HashMap<>();
    private final Map<ExecutionKey, Integer> wanted = new HashMap<>();

    /** The sizes of the evicted tallies. */
    private final Map<ExecutionKey, Long> sizes = new HashMap<>();

    KeptTallies(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Keeps one in memory until {@link #release}. */
    synchronized void want(ExecutionKey key) {
        wanted.merge(key, 1, Integer::sum);
    }

    /** Reverts one {@link #want}. */
    synchronized void release(ExecutionKey key) {
        wanted.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Tells whether a request needs one. */
    synchronized boolean isWanted(ExecutionKey key) {
        return wanted.containsKey(key);
    }

    synchronized @Nullable KeptTally find(ExecutionKey key) {
        return kept.get(key);
    }

    synchronized void put(KeptTally one) {
        kept.put(one.key(), one);
    }

    /** Removes one whose experiment was deleted. */
    synchronized void remove(ExecutionKey key) {
        kept.remove(key);
        sizes.remove(key);
    }

    synchronized int count() {
        return kept.size();
    }

    synchronized List<KeptTally> snapshot() {
        return new ArrayList<>(kept.values());
    }

    /**
     * Tells whether an absent tally should be in memory: a request needs it, or it is still counting and there is room.
     */
    synchronized boolean isDue(ExecutionKey key, boolean isClosed) {
        return wanted.containsKey(key) || (!isClosed && bytes() + sizes.getOrDefault(key, 0L) < bytesMax);
    }

    /** Makes room: evicts the tallies that were not requested for longest, after writing them. */
    void putAside(TallyArchive archive) {
        List<KeptTally> oldestFirst = snapshot().stream()
                .sorted(Comparator.comparingLong(one -> one.lastAsked))
                .toList();
        for (KeptTally one : oldestFirst) {
            synchronized (this) {
                if (bytes() <= bytesMax) {
                    return;
                }
                if (wanted.containsKey(one.key())) {
                    continue;
                }
            }
            if (one.isAhead() && !one.isOfAnother) {
                boolean _ = archive.write(one);
            }
            synchronized (this) {
                if (!wanted.containsKey(one.key())) {
                    kept.remove(one.key());
                    sizes.put(one.key(), one.tally.bytes());
                }
            }
        }
    }

    private long bytes() {
        return kept.values().stream().mapToLong(one -> one.tally.bytes()).sum();
    }
}
