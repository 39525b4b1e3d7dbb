package io.github.evidently.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.state.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Faults of two nodes on one store. */
class SharedFaultsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final FaultRule EVERY_EFFECT = rule("""
            {"operation":"PutProjectEvents","project":"shop","probability":0.25,"until":"2026-01-01T00:00:01Z",
             "effect":{"error":{"type":"ValidationException","message":"m","reason":"other",
                                "fieldList":[{"name":"n","message":"m"}]}}}""");

    private final Persistence store = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final Node oneNode = Node.of(store);
    private final Node otherNode = Node.of(store);
    private final Faults one = faults(oneNode);
    private final Faults other = faults(otherNode);

    @AfterEach
    void close() {
        oneNode.close();
        otherNode.close();
        store.close();
    }

    @Test
    void whatIsAddedAndRemovedAtOneNodeIsSoAtTheOther() {
        Fault first = one.add(EVERY_EFFECT);
        Fault second = other.add(rule("{\"operation\":\"*\",\"effect\":{\"latency\":{\"fixedMillis\":5}}}"));
        assertThat(second.id()).isNotEqualTo(first.id());

        awaitCount(one, 2);
        assertThat(views(other)).isEqualTo(views(one)).hasSize(2);
        assertThat(views(other).getFirst()).isEqualTo(first.toView(NOW));

        other.remove(first.id());
        awaitCount(one, 1);
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> one.remove(first.id()));
        one.clear();
        awaitCount(other, 0);
    }

    /** As when a test expects that the second try succeeds, wherever it goes. */
    @Test
    void allNodesTogetherHitNoMoreCallsThanTheCount() {
        one.add(rule("{\"operation\":\"*\",\"count\":3,\"effect\":{\"disconnect\":\"before\"}}"));
        awaitCount(other, 1);

        int hits = 0;
        for (int i = 0; i < 10; i++) {
            hits += one.hit(one.all().getFirst(), NOW) ? 1 : 0;
            hits += other.hit(other.all().getFirst(), NOW) ? 1 : 0;
        }

        assertThat(hits).isEqualTo(3);
        awaitFired(one, 3);
        awaitFired(other, 3);
        assertThat(views(other).getFirst().active()).isFalse();
    }

    @Test
    void theHitsOfAllNodesAreAddedUp() {
        one.add(rule("{\"operation\":\"*\",\"effect\":{\"disconnect\":\"before\"}}"));
        awaitCount(other, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(one.hit(one.all().getFirst(), NOW)).isTrue();
            assertThat(other.hit(other.all().getFirst(), NOW)).isTrue();
        }

        awaitFired(one, 10);
        awaitFired(other, 10);
    }

    @Test
    void configuredFaultsAreThereOnceHoweverManyNodesHaveThem() {
        FaultRule seeded = EVERY_EFFECT.withSeed(7L);
        Faults configured = faults(oneNode, EVERY_EFFECT, EVERY_EFFECT, seeded);

        assertThat(faults(otherNode, EVERY_EFFECT, EVERY_EFFECT, seeded).all()).hasSize(3);
        assertThat(configured.all()).hasSize(3);
    }

    private static void awaitCount(Faults faults, int count) {
        Awaitility.await().atMost(PATIENCE).until(() -> faults.all().size() == count);
    }

    private static void awaitFired(Faults faults, long fired) {
        Awaitility.await().atMost(PATIENCE).until(() -> views(faults).getFirst().fired() == fired);
    }

    private static List<Fault.View> views(Faults faults) {
        return faults.all().stream().map(fault -> fault.toView(NOW)).toList();
    }

    private static Faults faults(Node node, FaultRule... configured) {
        return new Faults(new FaultProperties(List.of(configured)), node.values(), node.refresh());
    }

    private static FaultRule rule(String json) {
        return new JsonMapper().readValue(json, FaultRule.class);
    }
}
