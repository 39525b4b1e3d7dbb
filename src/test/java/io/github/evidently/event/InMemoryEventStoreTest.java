package io.github.evidently.event;

class InMemoryEventStoreTest extends EventStoreContract {

    private InMemoryEventStore store = new InMemoryEventStore();

    @Override
    protected EventStore open() {
        store = new InMemoryEventStore();
        return store;
    }

    @Override
    protected void createProject(String name) {
        store.createProject(name);
    }

    @Override
    protected void deleteProject(String name) {
        store.deleteProject(name);
    }
}
