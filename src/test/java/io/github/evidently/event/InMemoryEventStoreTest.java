package io.github.evidently.event;

class InMemoryEventStoreTest extends EventStoreContract {

    private InMemoryEventStore store = new InMemoryEventStore();

    @Override
    protected EventStore open() {
        store = new InMemoryEventStore();
        return store;
    }

    @Override
    protected long createProject(String name) {
        return store.createProject(name);
    }

    @Override
    protected void deleteProject(String name) {
        store.deleteProject(name);
    }
}
