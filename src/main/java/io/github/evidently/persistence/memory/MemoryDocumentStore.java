package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.Snapshot;
import io.github.evidently.persistence.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Keeps documents in a map. */
final class MemoryDocumentStore implements DocumentStore {

    private final MemoryEventLog events;
    private final Map<DocumentKey, Document> documents = new HashMap<>();
    private long version;

    MemoryDocumentStore(MemoryEventLog events) {
        this.events = events;
    }

    @Override
    public synchronized long version() {
        return version;
    }

    @Override
    public synchronized Snapshot load() {
        return new Snapshot(version, List.copyOf(documents.values()));
    }

    @Override
    public synchronized void awaitChange(long since, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (version == since && deadline - System.nanoTime() > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, deadline - System.nanoTime());
        }
    }

    @Override
    public synchronized Commit commit(long expectedVersion, List<Write> writes) {
        if (version != expectedVersion) {
            return new Commit.Superseded();
        }
        for (Write write : writes) {
            switch (write) {
                case Write.Put(Document document) -> documents.put(document.key(), document);
                case Write.Remove(DocumentKey key) -> documents.remove(key);
                case Write.OpenLog _, Write.CloseLog _ -> {}
            }
        }
        events.committed(writes);
        version += writes.size();
        notifyAll();
        return new Commit.Committed(version);
    }
}
