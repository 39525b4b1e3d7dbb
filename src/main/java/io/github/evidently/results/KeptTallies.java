package io.github.evidently.results;

import io.github.evidently.persistence.TallyStore.ExecutionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tallies in memory, up to a size beyond that of those that somebody asks for. Thread-safe. */
final class KeptTallies {

    private final long bytesMax;
    private final Map<ExecutionKey, KeptTally> kept = new HashMap<>();
    private final Map<ExecutionKey, Integer> wanted = new HashMap<>();

    /** Of those that had to leave. */
    private final Map<ExecutionKey, Long> sizes = new HashMap<>();

    KeptTallies(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Keeps one in memory until {@link #release}. */
    synchronized void want(ExecutionKey key) {
        wanted.merge(key, 1, Integer::sum);
    }

    /** The opposite of {@link #want}. */
    synchronized void release(ExecutionKey key) {
        wanted.computeIfPresent(key, (_, count) -> count == 1 ? null : count - 1);
    }

    synchronized @Nullable KeptTally find(ExecutionKey key) {
        return kept.get(key);
    }

    synchronized void put(KeptTally one) {
        kept.put(one.key(), one);
    }

    /** Forgets one whose experiment was deleted. */
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

    /** Whether one that is not in memory is to be there: somebody asks for it, or it goes on and there is room. */
    synchronized boolean isDue(ExecutionKey key, boolean isClosed) {
        return wanted.containsKey(key) || (!isClosed && bytes() + sizes.getOrDefault(key, 0L) < bytesMax);
    }

    /** Makes room: those go first that nobody has asked for longest, and are written before. */
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
            if (one.isAhead()) {
                archive.write(one);
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
