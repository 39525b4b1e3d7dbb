package io.github.evidently.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedValueTest {

    private static final Setting INITIAL = new Setting(0, null, Duration.ZERO);

    private final Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final Node one = Node.of(store);
    private final Node other = Node.of(store);

    record Setting(int count, @Nullable Instant time, Duration offset) {

        Setting next() {
            return new Setting(count + 1, time, offset);
        }
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        store.close();
    }

    @Test
    void whatOneNodeSetsTheOtherSees() {
        SharedValue<Setting> here = open(one);
        List<Setting> heard = Collections.synchronizedList(new ArrayList<>());
        SharedValue<Setting> there = other.values().open("v", Setting.class, INITIAL, heard::add);
        Setting next = new Setting(1, Instant.parse("2026-01-02T03:04:05.678901234Z"), Duration.ofNanos(-5));

        assertThat(here.update(_ -> next)).isEqualTo(next);

        assertThat(here.get()).isEqualTo(next);
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> there.get().equals(next));
        assertThat(heard).containsExactly(next);
        assertThat(open(other).get()).isEqualTo(next);
    }

    @Test
    void noneOfTheChangesOfTwoNodesIsLost() throws Exception {
        List<SharedValue<Setting>> values = List.of(open(one), open(other));
        List<Future<Setting>> changes = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                SharedValue<Setting> value = values.get(i % 2);
                Callable<Setting> change = () -> value.update(Setting::next);
                changes.add(executor.submit(change));
            }
            for (Future<Setting> change : changes) {
                Setting _ = change.get();
            }
        }

        assertThat(values.getFirst().update(value -> value).count()).isEqualTo(50);
        assertThat(values.getLast().update(value -> value).count()).isEqualTo(50);
    }

    @Test
    void aRefusedChangeChangesNothing() {
        SharedValue<Setting> value = open(one);

        assertThatIllegalStateException()
                .isThrownBy(() -> value.update(_ -> {
                    throw new IllegalStateException("planted");
                }));

        assertThat(value.get()).isEqualTo(INITIAL);
    }

    @Test
    void aChangeToTheSameValueIsNotACommit() {
        SharedValue<Setting> value = open(one);
        Setting _ = value.update(Setting::next);
        long version = store.documents().version();

        Setting _ = value.update(_ -> INITIAL.next());

        assertThat(store.documents().version()).isEqualTo(version);
    }

    /** Nor may a hit of a fault cost a sync. */
    @Test
    void theOnlyNodeOfAStoreKeepsItInMemory() {
        try (Node only = new Node()) {
            SharedValue<Setting> value = open(only);
            assertThat(value.update(Setting::next).count()).isEqualTo(1);

            assertThat(value.get().count()).isEqualTo(1);
            assertThat(only.persistence().documents().version()).isZero();
            assertThat(open(only).get()).isEqualTo(INITIAL);
        }
    }

    private static SharedValue<Setting> open(Node node) {
        return node.values().open("v", Setting.class, INITIAL);
    }
}
