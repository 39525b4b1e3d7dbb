package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.TallyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps tallies in a map. */
final class MemoryTallyStore implements TallyStore {

    private final Map<Long, Stored> byId = new TreeMap<>();
    private long lastId;

    /** @param content null until it is written */
    private record Stored(
            TallyEntry entry, int version, @Nullable Content content) {

        long generation() {
            return content == null ? 0 : content.generation();
        }
    }

    @Override
    public synchronized List<TallyEntry> list() {
        return byId.values().stream().map(Stored::entry).toList();
    }

    @Override
    public synchronized TallyEntry create(ExecutionKey key, long firstSequence) {
        return list().stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .orElseGet(() -> {
                    TallyEntry entry = new TallyEntry(++lastId, key, firstSequence, false);
                    byId.put(entry.id(), new Stored(entry, 0, null));
                    return entry;
                });
    }

    @Override
    public synchronized long generation(TallyEntry entry) {
        Stored stored = byId.get(entry.id());
        return stored == null ? 0 : stored.generation();
    }

    @Override
    public synchronized boolean write(
            TallyEntry entry,
            long generation,
            int version,
            boolean closed,
            byte[] head,
            Map<Integer, byte[]> parts,
            boolean isNew) {
        Stored before = byId.get(entry.id());
        if (before == null || before.generation() != generation) {
            return false;
        }
        Map<Integer, byte[]> all = new HashMap<>();
        if (!isNew && before.content != null) {
            all.putAll(before.content.parts());
        }
        all.putAll(parts);
        TallyEntry written = new TallyEntry(entry.id(), entry.key(), entry.firstSequence(), closed);
        byId.put(entry.id(), new Stored(written, version, new Content(generation + 1, head, Map.copyOf(all))));
        return true;
    }

    @Override
    public synchronized @Nullable Content read(TallyEntry entry, int version) {
        Stored stored = byId.get(entry.id());
        return stored == null || stored.version != version ? null : stored.content;
    }

    @Override
    public synchronized void delete(TallyEntry entry) {
        byId.remove(entry.id());
    }
}
