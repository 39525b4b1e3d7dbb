package io.github.evidently.persistence;

import java.time.Duration;
import java.util.List;

/** Hands everything to another store; for tests that plant a fault in one method. */
public class ForwardingDocumentStore implements DocumentStore {

    private final DocumentStore store;

    public ForwardingDocumentStore(DocumentStore store) {
        this.store = store;
    }

    @Override
    public long version() {
        return store.version();
    }

    @Override
    public Snapshot load() {
        return store.load();
    }

    @Override
    public void awaitChange(long version, Duration timeout) throws InterruptedException {
        store.awaitChange(version, timeout);
    }

    @Override
    public Commit commit(long expectedVersion, List<Write> writes) {
        return store.commit(expectedVersion, writes);
    }
}
