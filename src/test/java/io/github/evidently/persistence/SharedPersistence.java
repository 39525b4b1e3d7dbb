package io.github.evidently.persistence;

import io.github.evidently.error.InternalServerException;
import java.nio.file.Path;
import java.util.List;

/** One node's way to a store in memory that several nodes of a JVM share. It can be cut off, as by a network. */
public final class SharedPersistence implements Persistence {

    private final Persistence store;
    private final DocumentStore documents;
    private volatile boolean isCut;

    public SharedPersistence(Persistence store) {
        this.store = store;
        this.documents = new ForwardingDocumentStore(store.documents()) {
            @Override
            public long version() {
                requireReachable();
                return super.version();
            }

            @Override
            public Snapshot load() {
                requireReachable();
                return super.load();
            }

            @Override
            public Commit commit(long expectedVersion, List<Write> writes) {
                requireReachable();
                return super.commit(expectedVersion, writes);
            }
        };
    }

    /** Lets every use of the documents fail, or no longer. */
    public void cut(boolean isCut) {
        this.isCut = isCut;
    }

    private void requireReachable() {
        if (isCut) {
            throw new InternalServerException("planted: the store cannot be reached");
        }
    }

    @Override
    public DocumentStore documents() {
        return documents;
    }

    @Override
    public EventLog events() {
        return store.events();
    }

    @Override
    public Cursors cursors() {
        return store.cursors();
    }

    @Override
    public TallyStore tallies() {
        return store.tallies();
    }

    @Override
    public RejectionLog rejections() {
        return store.rejections();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public String description() {
        return store.description();
    }

    @Override
    public Path temporaryDirectory() {
        return store.temporaryDirectory();
    }

    @Override
    public boolean canCommit() {
        return !isCut;
    }

    @Override
    public Path backup() {
        return store.backup();
    }

    /** The store stays open for the other nodes. */
    @Override
    public void close() {}
}
