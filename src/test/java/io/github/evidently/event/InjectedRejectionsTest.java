package io.github.evidently.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.state.Node;
import io.github.evidently.wire.EntryFault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class InjectedRejectionsTest {

    private static final Entry GOOD = new Entry.Valid(new ProjectEvent(EventType.CUSTOM, Instant.EPOCH, "{}"));
    private static final Entry FAULTY =
            new Entry.Invalid(EventType.CUSTOM, List.of(new ValidationExceptionField("data", "missing")), null);
    private static final List<Entry> ENTRIES = List.of(GOOD, FAULTY, GOOD, GOOD);
    private static final UUID CALL = new UUID(1, 2);

    private final InjectedRejections refusals = new InjectedRejections(new Node().values());

    /** Refuses every second good entry, beginning with the first. */
    private static final class EverySecond implements EntryFault {

        private boolean next;

        @Override
        public boolean refusesNext() {
            next = !next;
            return next;
        }

        @Override
        public String errorCode() {
            return "InternalServerException";
        }

        @Override
        public String errorMessage() {
            return "on purpose";
        }
    }

    @Test
    void onlyGoodEntriesAreRefused() {
        assertThat(refusals.apply("shop", null, ENTRIES, new EverySecond()))
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo(new Entry.Refused(
                                        ((Entry.Valid) GOOD).event(),
                                        new EventResult.Rejected("InternalServerException", "on purpose"))),
                        second -> assertThat(second).isSameAs(FAULTY),
                        third -> assertThat(third).isSameAs(GOOD),
                        fourth -> assertThat(fourth).isInstanceOf(Entry.Refused.class));
        assertThat(refusals.isEmpty()).isTrue();
    }

    @Test
    void aRetryHasTheSameEntriesRefusedWhateverBecomesOfTheFault() {
        List<Entry> first = refusals.apply("shop", CALL, ENTRIES, new EverySecond());

        assertThat(refusals.isEmpty()).isFalse();
        assertThat(refusals.apply("shop", CALL, ENTRIES, EntryFault.NONE)).isEqualTo(first);
        assertThat(refusals.apply("shop", CALL, ENTRIES, null)).isEqualTo(first);
        assertThat(refusals.apply("other", CALL, ENTRIES, null)).isEqualTo(ENTRIES);
        assertThat(refusals.apply("shop", new UUID(3, 4), ENTRIES, null)).isEqualTo(ENTRIES);
    }

    @Test
    void aCallThatWasSparedStaysSpared() {
        refusals.apply("shop", CALL, ENTRIES, EntryFault.NONE);

        assertThat(refusals.apply("shop", CALL, ENTRIES, new EverySecond())).isEqualTo(ENTRIES);
    }

    /** A client repeats a call whose answer was lost, and the load balancer chooses another node. */
    @Test
    void aRetryAtAnotherNodeHasTheSameEntriesRefused() {
        Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
        try (store;
                Node one = Node.of(store);
                Node another = Node.of(store)) {
            InjectedRejections here = new InjectedRejections(one.values());
            InjectedRejections there = new InjectedRejections(another.values());
            List<Entry> first = here.apply("shop", CALL, ENTRIES, new EverySecond());

            assertThat(there.apply("shop", CALL, ENTRIES, EntryFault.NONE)).isEqualTo(first);
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> !there.isEmpty());
            assertThat(there.apply("shop", CALL, ENTRIES, null)).isEqualTo(first);
            assertThat(there.apply("other", CALL, ENTRIES, null)).isEqualTo(ENTRIES);
        }
    }

    @Test
    void nodesShareOnlyTheLastCalls() {
        Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
        try (store;
                Node node = Node.of(store)) {
            InjectedRejections shared = new InjectedRejections(node.values());
            shared.apply("shop", CALL, ENTRIES, EntryFault.NONE);
            for (int i = 0; i < InjectedRejections.SHARED_CALLS_MAX; i++) {
                shared.apply("shop", new UUID(5, i), ENTRIES, EntryFault.NONE);
            }

            assertThat(shared.apply("shop", CALL, ENTRIES, new EverySecond())).isNotEqualTo(ENTRIES);
        }
    }

    @Test
    void onlyTheLastCallsAreRemembered() {
        refusals.apply("shop", CALL, ENTRIES, EntryFault.NONE);
        for (int i = 0; i < 10_000; i++) {
            refusals.apply("shop", new UUID(5, i), ENTRIES, EntryFault.NONE);
        }

        assertThat(refusals.apply("shop", CALL, ENTRIES, new EverySecond())).isNotEqualTo(ENTRIES);
    }
}
