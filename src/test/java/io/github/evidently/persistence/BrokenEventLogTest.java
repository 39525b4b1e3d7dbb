package io.github.evidently.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The contract is worth something: each of these faults turns it red, in the test that is about it. */
class BrokenEventLogTest {

    private static Supplier<EventLogFixture> broken = EventLogFixture::new;

    /** Runs the contract; not named as a test, so that only this class runs it. */
    static class Subject extends EventLogContract {

        @Override
        protected EventLogFixture open() {
            return broken.get();
        }
    }

    @Test
    void aSoundStorePasses() {
        assertThat(failures(EventLogFixture::new)).isEmpty();
    }

    @Test
    void noticesALostEvent() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        return super.append(each(batches, batch -> {
                            List<ProjectEvent> events = batch.events();
                            return with(batch, events.subList(0, Math.max(1, events.size() - 1)));
                        }));
                    }
                }))
                .contains("returnsWhatWasAppended()", "keepsEveryBatchTogetherUnderConcurrency()");
    }

    @Test
    void noticesALostBatch() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        return super.append(batches.subList(0, 1));
                    }
                }))
                .contains("addsSeveralBatchesInTheirOrder()");
    }

    @Test
    void noticesADoubledEvent() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        super.append(batches);
                        return super.append(batches);
                    }
                }))
                .contains("returnsWhatWasAppended()", "keepsEveryBatchTogetherUnderConcurrency()");
    }

    @Test
    void noticesAReusedSequence() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public Slice read(EventQuery query, int limit) {
                        // Numbers the events that are left.
                        List<StoredEvent> found = new ArrayList<>();
                        long sequence = 1;
                        for (StoredEvent event :
                                super.read(EventQuery.ALL, Integer.MAX_VALUE).events()) {
                            found.add(new StoredEvent(
                                    sequence++, event.eventId(), event.project(), event.receivedTime(), event.event()));
                        }
                        return new Slice(found, null);
                    }
                }))
                .contains("neverUsesASequenceAgain()");
    }

    @Test
    void noticesASliceThatSkipsAnEvent() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public Slice read(EventQuery query, int limit) {
                        Slice slice = super.read(query, limit);
                        EventQuery rest = slice.rest();
                        return rest == null || rest.order() == EventQuery.Order.NEWEST
                                ? slice
                                : new Slice(slice.events(), rest.withAfter(rest.after() + 1));
                    }
                }))
                .contains("readsNoMoreThanTheLimitAndTellsWhereToGoOn()");
    }

    @Test
    void noticesChangedText() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        return super.append(each(
                                batches,
                                batch -> with(
                                        batch,
                                        batch.events().stream()
                                                .map(event -> new ProjectEvent(
                                                        event.type(),
                                                        event.timestamp(),
                                                        event.data().strip()))
                                                .toList())));
                    }
                }))
                .containsExactly("returnsWhatWasAppended()");
    }

    @Test
    void noticesEventsThatOutliveTheirProject() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public synchronized void deleteProject(String name) {
                        // Kept.
                    }
                }))
                .contains("forgetsTheEventsOfADeletedProjectAlsoWhenItIsCreatedAgain()");
    }

    @Test
    void noticesARetryThatIsStoredAgain() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        return super.append(each(
                                batches,
                                batch -> new EventBatch(
                                        batch.id(), null, batch.projectKey(), batch.receivedTime(), batch.events())));
                    }
                }))
                .containsExactly("storesACallAndItsRetriesOnce()", "storesConcurrentRetriesOnce()");
    }

    @Test
    void noticesCallsThatAreTakenForRetries() {
        assertThat(failures(() -> new EventLogFixture() {
                    @Override
                    public List<UUID> append(List<EventBatch> batches) {
                        UUID oneForAll = new UUID(0, 0);
                        return super.append(each(
                                batches,
                                batch -> new EventBatch(
                                        batch.id(),
                                        oneForAll,
                                        batch.projectKey(),
                                        batch.receivedTime(),
                                        batch.events())));
                    }
                }))
                .contains("storesCallsThatOnlyLookAlike()", "numbersEventsWithoutGapsInTheOrderOfBatchesAndEntries()");
    }

    private static List<EventBatch> each(List<EventBatch> batches, UnaryOperator<EventBatch> change) {
        return batches.stream().map(change).toList();
    }

    private static EventBatch with(EventBatch batch, List<ProjectEvent> events) {
        return new EventBatch(batch.id(), batch.callKey(), batch.projectKey(), batch.receivedTime(), events);
    }

    private static Set<String> failures(Supplier<EventLogFixture> store) {
        broken = store;
        return ContractRun.failures(Subject.class);
    }
}
