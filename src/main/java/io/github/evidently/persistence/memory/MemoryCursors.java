package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.Cursors;
import java.util.HashMap;
import java.util.Map;

/** Keeps the positions of consumers in a map. */
final class MemoryCursors implements Cursors {

    private final Map<String, Long> positions = new HashMap<>();

    @Override
    public synchronized long position(String consumer) {
        return positions.getOrDefault(consumer, 0L);
    }

    @Override
    public synchronized boolean advance(String consumer, long from, long to) {
        if (position(consumer) != from) {
            return false;
        }
        positions.put(consumer, to);
        return true;
    }

    @Override
    public synchronized void remove(String consumer) {
        positions.remove(consumer);
    }
}
