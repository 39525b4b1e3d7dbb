package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The contract is worth something: each of these faults turns it red, in the test that is about it. */
class BrokenEventStoreTest {

    private static Supplier<InMemoryEventStore> broken = InMemoryEventStore::new;

    /** Runs the contract; not named as a test, so that only this class runs it. */
    static class Subject extends EventStoreContract {

        private InMemoryEventStore store = new InMemoryEventStore();

        @Override
        protected EventStore open() {
            store = broken.get();
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

    @Test
    void aSoundStorePasses() {
        assertThat(failures(InMemoryEventStore::new)).isEmpty();
    }

    @Test
    void noticesALostEvent() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        List<ProjectEvent> events = batch.events();
                        int kept = Math.max(1, events.size() - 1);
                        return super.append(with(batch, events.subList(0, kept)));
                    }
                }))
                .contains("returnsWhatWasAppended()", "keepsEveryBatchTogetherUnderConcurrency()");
    }

    @Test
    void noticesALostBatch() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized void appendAll(long projectId, List<EventBatch> batches) {
                        super.appendAll(projectId, batches.subList(0, 1));
                    }
                }))
                .contains("addsSeveralBatchesInTheirOrder()");
    }

    @Test
    void noticesADoubledEvent() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        super.append(batch);
                        return super.append(batch);
                    }
                }))
                .contains("returnsWhatWasAppended()", "keepsEveryBatchTogetherUnderConcurrency()");
    }

    @Test
    void noticesAReusedSequence() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        UUID id = super.append(batch);
                        for (int i = 0; i < log.size(); i++) {
                            StoredEvent event = log.get(i);
                            log.set(
                                    i,
                                    new StoredEvent(
                                            i + 1,
                                            event.eventId(),
                                            event.project(),
                                            event.receivedTime(),
                                            event.event()));
                        }
                        return id;
                    }
                }))
                .containsExactly("neverUsesASequenceAgain()");
    }

    @Test
    void noticesChangedText() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        return super.append(with(
                                batch,
                                batch.events().stream()
                                        .map(event -> new ProjectEvent(
                                                event.type(),
                                                event.timestamp(),
                                                event.data().strip()))
                                        .toList()));
                    }
                }))
                .containsExactly("returnsWhatWasAppended()");
    }

    @Test
    void noticesEventsThatOutliveTheirProject() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized void deleteProject(String name) {
                        // Kept.
                    }
                }))
                .contains("forgetsTheEventsOfADeletedProjectAlsoWhenItIsCreatedAgain()");
    }

    @Test
    void noticesARetryThatIsStoredAgain() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        return super.append(new EventBatch(
                                batch.id(), null, batch.project(), batch.receivedTime(), batch.events()));
                    }
                }))
                .containsExactly("storesACallAndItsRetriesOnce()", "storesConcurrentRetriesOnce()");
    }

    @Test
    void noticesCallsThatAreTakenForRetries() {
        assertThat(failures(() -> new InMemoryEventStore() {
                    @Override
                    public synchronized UUID append(EventBatch batch) {
                        UUID oneForAll = new UUID(0, 0);
                        return super.append(new EventBatch(
                                batch.id(), oneForAll, batch.project(), batch.receivedTime(), batch.events()));
                    }
                }))
                .contains("storesCallsThatOnlyLookAlike()", "numbersEventsWithoutGapsInTheOrderOfBatchesAndEntries()");
    }

    private static EventBatch with(EventBatch batch, List<ProjectEvent> events) {
        return new EventBatch(batch.id(), batch.callKey(), batch.project(), batch.receivedTime(), events);
    }

    private static Set<String> failures(Supplier<InMemoryEventStore> store) {
        broken = store;
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Subject.class))
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        assertThat(listener.getSummary().getTestsStartedCount()).isGreaterThan(8);
        Set<String> names = new TreeSet<>();
        listener.getSummary()
                .getFailures()
                .forEach(failure -> names.add(failure.getTestIdentifier().getDisplayName()));
        return names;
    }
}
