package io.github.evidently.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Keeps the last rejections in memory. They explain why an event is missing. Thread-safe. */
@Component
public class RecentRejections {

    /** How many are kept. */
    public static final int KEPT_MAX = 1_000;

    private final ArrayDeque<Rejection> last = new ArrayDeque<>();

    /** Returns the rejections kept, the latest first. */
    public synchronized List<Rejection> latestFirst() {
        return new ArrayList<>(last).reversed();
    }

    /** Removes all. */
    public synchronized void clear() {
        last.clear();
    }

    /**
     * Removes those of a project.
     *
     * @param references how requests name it
     */
    public synchronized void clear(Set<String> references) {
        last.removeIf(rejection -> references.contains(rejection.project()));
    }

    synchronized void add(Rejection rejection) {
        if (last.size() == KEPT_MAX) {
            last.removeFirst();
        }
        last.addLast(rejection);
    }
}
