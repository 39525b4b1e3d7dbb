package io.github.evidently.persistence;

import io.github.evidently.persistence.memory.MemoryPersistence;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.util.unit.DataSize;

/** A log whose projects are opened and closed by their names; by default one in memory. */
public class EventLogFixture implements EventLog {

    public static final EventLogProperties PROPERTIES =
            new EventLogProperties(Duration.ofMinutes(15), 1_000_000, Duration.ZERO, DataSize.ofBytes(0));

    private final DocumentStore documents;
    private final EventLog log;
    private final Map<String, Long> keys;

    public EventLogFixture() {
        this(new MemoryPersistence(PROPERTIES, new Arrivals()));
    }

    private EventLogFixture(Persistence persistence) {
        this(persistence.documents(), persistence.events());
    }

    public EventLogFixture(DocumentStore documents, EventLog log) {
        this(documents, log, new HashMap<>());
    }

    private EventLogFixture(DocumentStore documents, EventLog log, Map<String, Long> keys) {
        this.documents = documents;
        this.log = log;
        this.keys = keys;
    }

    /** The same projects in a store that was opened again. */
    public EventLogFixture reopened(DocumentStore documents, EventLog log) {
        return new EventLogFixture(documents, log, keys);
    }

    /** Opens the log of a new project and returns its key. */
    public synchronized long createProject(String name) {
        long version = documents.version();
        long key = version + 1;
        commit(version, new Write.OpenLog(key, name));
        keys.put(name, key);
        return key;
    }

    public synchronized void deleteProject(String name) {
        commit(documents.version(), new Write.CloseLog(keys.remove(name)));
    }

    private void commit(long version, Write write) {
        if (documents.commit(version, List.of(write)) instanceof Commit.Superseded) {
            throw new AssertionError("only the fixture commits");
        }
    }

    /** The key of a project; that of no project when there is none of that name. */
    public synchronized long key(String name) {
        return keys.getOrDefault(name, -1L);
    }

    public UUID append(EventBatch batch) {
        return append(List.of(batch)).getFirst();
    }

    @Override
    public List<UUID> append(List<EventBatch> batches) {
        return log.append(batches);
    }

    @Override
    public Slice read(EventQuery query, int limit) {
        return log.read(query, limit);
    }

    @Override
    public long lastSequence() {
        return log.lastSequence();
    }

    @Override
    public long count(EventQuery query) {
        return log.count(query);
    }
}
