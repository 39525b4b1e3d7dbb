package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.TallyStore;
import java.util.ArrayList;
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
            TallyEntry entry, int version, @Nullable Content content) {}

    @Override
    public synchronized List<TallyEntry> list() {
        List<TallyEntry> entries = new ArrayList<>();
        byId.values().forEach(stored -> entries.add(stored.entry));
        return entries;
    }

    @Override
    public synchronized TallyEntry create(ExecutionKey key, long firstSequence) {
        TallyEntry entry = new TallyEntry(++lastId, key, firstSequence, false);
        byId.put(entry.id(), new Stored(entry, 0, null));
        return entry;
    }

    @Override
    public synchronized void write(
            TallyEntry entry, int version, boolean closed, byte[] head, Map<Integer, byte[]> parts, boolean isNew) {
        Stored before = byId.get(entry.id());
        Map<Integer, byte[]> all = new HashMap<>();
        if (!isNew && before != null && before.content != null) {
            all.putAll(before.content.parts());
        }
        all.putAll(parts);
        TallyEntry written = new TallyEntry(entry.id(), entry.key(), entry.firstSequence(), closed);
        byId.put(entry.id(), new Stored(written, version, new Content(head, all)));
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
