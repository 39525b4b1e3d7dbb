package io.github.evidently.persistence;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Keeps the latest rejections in memory, for stores of one server. */
public final class MemoryRejectionLog implements RejectionLog {

    private final ArrayDeque<Rejection> last = new ArrayDeque<>();

    @Override
    public synchronized void add(List<Rejection> rejections) {
        for (Rejection rejection : rejections) {
            if (last.size() == KEPT_MAX) {
                last.removeFirst();
            }
            last.addLast(rejection);
        }
    }

    @Override
    public synchronized List<Rejection> latestFirst() {
        return new ArrayList<>(last).reversed();
    }

    @Override
    public synchronized void clear() {
        last.clear();
    }

    @Override
    public synchronized void clear(Set<String> references) {
        last.removeIf(rejection -> references.contains(rejection.project()));
    }
}
