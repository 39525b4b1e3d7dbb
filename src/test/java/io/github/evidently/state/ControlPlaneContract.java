package io.github.evidently.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.ForwardingDocumentStore;
import io.github.evidently.persistence.Snapshot;
import io.github.evidently.persistence.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

/** What the control plane does over every store; the stores' tests extend it. */
public abstract class ControlPlaneContract {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678901234Z");
    private static final Kind<Thing> THINGS = new Kind<>("thing", Thing.class);
    private static final Kind<Thing> OTHERS = new Kind<>("other", Thing.class);

    private static final StateProperties SIZES = new StateProperties(DataSize.ofMegabytes(1));

    private DocumentStore documents;
    private ControlPlane controlPlane;

    record Thing(String project, String name, int size, Instant time, Map<String, String> tags)
            implements Resource<Thing> {

        Thing(String project, String name, int size) {
            this(project, name, size, NOW, Map.of());
        }

        @Override
        public Thing withTags(Map<String, String> tags, Instant now) {
            return new Thing(project, name, size, now, tags);
        }
    }

    /** Opens a store, the same again when it is called again. */
    protected abstract DocumentStore open() throws Exception;

    @BeforeEach
    void openStore() throws Exception {
        documents = open();
        controlPlane = controlPlane(documents);
    }

    @Test
    void findsWhatWasPut() {
        Thing thing = new Thing("p", "a", 1);

        assertThat(controlPlane.<Thing>change(_ -> Change.put(THINGS, thing))).isSameAs(thing);

        State state = controlPlane.current();
        assertThat(state.find(THINGS, "p", "a")).contains(thing);
        assertThat(state.find(THINGS, "p", "b")).isEmpty();
        assertThat(state.find(THINGS, "q", "a")).isEmpty();
        assertThat(state.find(OTHERS, "p", "a")).isEmpty();
    }

    @Test
    void aStateNeverChanges() {
        put("p", "a", 1);
        State before = controlPlane.current();
        put("p", "a", 2);
        put("p", "b", 1);

        assertThat(before.stream(THINGS, "p")).extracting(Thing::size).containsExactly(1);
        assertThat(controlPlane.current().stream(THINGS, "p"))
                .extracting(Thing::size)
                .containsExactly(2, 1);
    }

    @Test
    void refusesWhatWouldTakeMoreThanItMay() {
        Map<String, String> half = Map.of("k", "v".repeat(500_000));
        put("p", "a", half);
        put("p", "a", half);
        assertThatExceptionOfType(ServiceQuotaExceededException.class)
                .isThrownBy(() -> put("p", "b", Map.of("k", "v".repeat(600_000))))
                .withMessageContaining("1048576 characters")
                .withMessageContaining("evidently.state.size-max");
        assertThat(controlPlane.current().find(THINGS, "p", "b")).isEmpty();
        put("q", "b", half);

        remove("p", "a");

        put("p", "c", half);
    }

    @Test
    void countsWhatWasThereBefore() {
        Map<String, String> half = Map.of("k", "v".repeat(500_000));
        put("p", "a", half);
        put("p", "b", half);

        controlPlane = controlPlane(documents);

        assertThatExceptionOfType(ServiceQuotaExceededException.class).isThrownBy(() -> put("q", "a", half));
        put("p", "b", Map.of());
        put("q", "a", half);
    }

    private void put(String project, String name, Map<String, String> tags) {
        controlPlane.<Thing>change(_ -> Change.put(THINGS, new Thing(project, name, 1, NOW, tags)));
    }

    @Test
    void removesOneOnly() {
        put("p", "a", 1);
        put("p", "b", 1);
        put("q", "a", 1);

        remove("p", "a");

        assertThat(controlPlane.current().stream(THINGS))
                .extracting(Thing::project, Thing::name)
                .containsExactly(tuple("p", "b"), tuple("q", "a"));
    }

    @Test
    void keepsTheOrderOfNamesWithinAProject() {
        for (String name : List.of("b", "a10", "a", "B", "a-1", "c")) {
            put("p", name, 1);
        }
        put("o", "z", 1);
        put("p-", "0", 1);
        put("q", "0", 1);

        State state = controlPlane.current();
        assertThat(state.stream(THINGS, "p")).extracting(Thing::name).containsExactly("B", "a", "a-1", "a10", "b", "c");
        assertThat(state.streamAfter(THINGS, "p", null).map(Thing::name)).startsWith("B", "a");
        assertThat(state.streamAfter(THINGS, "p", "a-1").map(Thing::name)).containsExactly("a10", "b", "c");
        assertThat(state.streamAfter(THINGS, "p", "a-").map(Thing::name)).startsWith("a-1", "a10");
        assertThat(state.streamAfter(THINGS, "p", "c")).isEmpty();
        assertThat(state.count(THINGS, "p")).isEqualTo(6);
    }

    @Test
    void isTheSameWhenItIsLoadedAgain() throws Exception {
        put("p", "a", 1);
        put("p", "a", 2);
        put("p", "b", 3);
        put("", "account", 4);
        Thing tagged = new Thing("p", "tagged", 5).withTags(Map.of("k", "v \"é\" 😀"), NOW);
        Thing _ = controlPlane.change(_ -> Change.put(THINGS, tagged));
        remove("p", "b");
        Thing _ = controlPlane.change(_ -> Change.put(OTHERS, new Thing("p", "a", 9)));
        State before = controlPlane.current();

        State after = controlPlane(open()).current();

        assertThat(after.stream(THINGS))
                .containsExactlyElementsOf(before.stream(THINGS).toList())
                .hasSize(3);
        assertThat(after.stream(OTHERS)).extracting(Thing::size).containsExactly(9);
        assertThat(after.version()).isEqualTo(before.version());
    }

    @Test
    void changesNothingWhenTheRuleRefuses() {
        put("p", "a", 1);
        List<String> heard = listen();
        State before = controlPlane.current();

        assertThatThrownBy(() -> controlPlane.change(_ -> {
                    throw ValidationException.field("size", "too large");
                }))
                .isInstanceOf(ValidationException.class);

        assertThat(controlPlane.current()).isSameAs(before);
        assertThat(heard).isEmpty();
    }

    @Test
    void tellsItsListenersOfEachChange() {
        List<String> heard = listen();

        put("p", "a", 1);
        put("", "b", 2);
        remove("p", "a");

        assertThat(heard).containsExactly("[p] [a]", "[] []", "[p] []");
    }

    @Test
    void makesAllOfAChangeAtOnce() {
        put("p", "a", 1);
        put("p", "b", 1);
        Thing _ = controlPlane.change(_ -> Change.put(OTHERS, new Thing("q", "c", 1)));
        List<String> heard = listen();

        int result = controlPlane.change(state -> Change.of(7)
                .andRemoveAll(state, THINGS)
                .andRemoveAll(state, OTHERS, "q")
                .andPut(THINGS, new Thing("p", "d", 2)));

        assertThat(result).isEqualTo(7);
        assertThat(heard).containsExactly("[p, q] [d]");
        assertThat(controlPlane.current().stream(OTHERS)).isEmpty();
        assertThat(documents.load().documents()).hasSize(1);
    }

    /** Each adds one to what it finds: whatever happens meanwhile, none is lost. */
    @Test
    void concurrentChangesSeeEachOther() throws Exception {
        put("p", "a", 0);
        ControlPlane other = controlPlane(documents);
        List<Future<?>> changes = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                ControlPlane node = i % 2 == 0 ? controlPlane : other;
                Callable<Thing> change = () -> node.change(state -> Change.put(
                        THINGS,
                        new Thing(
                                "p",
                                "a",
                                state.find(THINGS, "p", "a").orElseThrow().size() + 1)));
                changes.add(executor.submit(change));
            }
            for (Future<?> change : changes) {
                Object _ = change.get();
            }
        }

        assertThat(controlPlane.refresh().stream(THINGS))
                .extracting(Thing::size)
                .containsExactly(50);
    }

    /** On two nodes: of two that take the last place, one is refused. */
    @Test
    void aRuleRunsAgainWhenItsStateIsSuperseded() {
        ControlPlane other = controlPlane(documents);
        List<Long> versions = new ArrayList<>();
        Thing _ = other.change(_ -> Change.put(THINGS, new Thing("p", "a", 1)));

        assertThatThrownBy(() -> controlPlane.change(state -> {
                    versions.add(state.version());
                    if (state.find(THINGS, "p", "a").isPresent()) {
                        throw ValidationException.field("name", "taken");
                    }
                    return Change.put(THINGS, new Thing("p", "a", 2));
                }))
                .isInstanceOf(ValidationException.class);

        assertThat(versions).containsExactly(0L, 1L);
        assertThat(documents.load().documents()).hasSize(1);
    }

    @Test
    void nothingIsRefusedByAnOlderState() {
        ControlPlane other = controlPlane(documents);
        Thing _ = other.change(_ -> Change.put(THINGS, new Thing("p", "a", 1)));

        Thing changed = controlPlane.change(state -> {
            if (state.find(THINGS, "p", "a").isEmpty()) {
                throw ValidationException.field("name", "unknown");
            }
            return Change.put(THINGS, new Thing("p", "a", 2));
        });

        assertThat(changed.size()).isEqualTo(2);
    }

    @Test
    void refreshTellsOfWhatAnotherNodeHasChanged() {
        put("p", "a", 1);
        List<String> heard = listen();
        ControlPlane other = controlPlane(documents);
        Thing _ = other.change(_ -> Change.put(THINGS, new Thing("p", "b", 1)));

        State _ = controlPlane.refresh();
        State _ = controlPlane.refresh();

        assertThat(heard).containsExactly("[p] [a, b]");
    }

    /** Without a call at the node that learns of it, whether the store announces changes or is only polled. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChangeAtOneNodeIsSeenAtAnother(boolean announced) {
        put("p", "a", 1);
        List<String> heard = listen();
        ControlPlane other = controlPlane(documents);
        DocumentStore store = announced
                ? documents
                : new ForwardingDocumentStore(documents) {
                    @Override
                    public void awaitChange(long version, Duration timeout) throws InterruptedException {
                        Thread.sleep(timeout);
                    }
                };
        try (StateRefresh _ = new StateRefresh(controlPlane, store, true, Duration.ofSeconds(5))) {
            Thing _ = other.change(_ -> Change.put(THINGS, new Thing("p", "b", 1)));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> controlPlane.current().find(THINGS, "p", "b").isPresent());
        }
        assertThat(heard).containsExactly("[p] [a, b]");
        assertThat(controlPlane.current().version()).isEqualTo(other.current().version());
    }

    /** For those who must not miss a change that was durable before they looked, whatever the thread does. */
    @Test
    void catchUpSeesWhatWasDurableBefore() {
        ControlPlane other = controlPlane(documents);
        DocumentStore asleep = new ForwardingDocumentStore(documents) {
            @Override
            public void awaitChange(long version, Duration timeout) throws InterruptedException {
                Thread.sleep(Duration.ofMinutes(1));
            }
        };
        try (StateRefresh refresh = new StateRefresh(controlPlane, asleep, true, Duration.ofSeconds(5))) {
            Thing _ = other.change(_ -> Change.put(THINGS, new Thing("p", "a", 1)));

            refresh.catchUp();

            assertThat(controlPlane.current().find(THINGS, "p", "a")).isPresent();
        }
    }

    @Test
    void aChangeOfThisNodeIsNotReadAgain() {
        List<String> heard = listen();
        put("p", "a", 1);

        controlPlane.catchUp();

        assertThat(heard).containsExactly("[p] [a]");
    }

    @Test
    void readingTheChangesOfOthersKeepsNoChangeWaiting() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ControlPlane slow = controlPlane(new ForwardingDocumentStore(documents) {
            // Not known meanwhile, or a change would have to wait for the newer state.
            @Override
            public long version() {
                if (reading.getCount() == 0 && goOn.getCount() > 0) {
                    throw new InternalServerException("planted");
                }
                return super.version();
            }

            @Override
            public Snapshot load() {
                Snapshot snapshot = super.load();
                if (snapshot.version() > 0) {
                    reading.countDown();
                    awaitUninterruptibly(goOn);
                }
                return snapshot;
            }
        });
        put("p", "a", 1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> refresh = executor.submit(slow::catchUp);
            reading.await();
            Callable<Integer> change = () -> slow.change(_ -> Change.of(7));
            Future<Integer> changed = executor.submit(change);

            try {
                assertThat(changed.get(10, TimeUnit.SECONDS)).isEqualTo(7);
            } finally {
                goOn.countDown();
            }
            Object _ = refresh.get();
        }
        assertThat(slow.current().find(THINGS, "p", "a")).isPresent();
    }

    /** As after a failover to a standby that lagged behind. */
    @Test
    void followsAStoreThatHasLostChanges() {
        AtomicBoolean isLost = new AtomicBoolean();
        ControlPlane node = controlPlane(new ForwardingDocumentStore(documents) {
            @Override
            public long version() {
                return isLost.get() ? 0 : super.version();
            }

            @Override
            public Snapshot load() {
                return isLost.get() ? new Snapshot(0, List.of()) : super.load();
            }
        });
        Thing _ = node.change(_ -> Change.put(THINGS, new Thing("p", "a", 1)));
        isLost.set(true);

        node.catchUp();

        assertThat(node.current().stream(THINGS)).isEmpty();
    }

    /** As when a commit times out: the store may have it all the same. */
    @Test
    void findsAChangeWhoseAnswerWasLost() {
        List<RuntimeException> failures = new ArrayList<>(List.of(new InternalServerException("planted")));
        ControlPlane unlucky = controlPlane(new ForwardingDocumentStore(documents) {
            @Override
            public Commit commit(long expectedVersion, List<Write> writes) {
                Commit commit = super.commit(expectedVersion, writes);
                if (!failures.isEmpty()) {
                    throw failures.removeFirst();
                }
                return commit;
            }
        });

        assertThatThrownBy(() -> unlucky.change(_ -> Change.put(THINGS, new Thing("p", "a", 1))))
                .isInstanceOf(InternalServerException.class);

        assertThat(unlucky.current().stream(THINGS)).extracting(Thing::name).containsExactly("a");
    }

    /** Whoever has the answer to a change must find it, and what a listener makes of it. */
    @Test
    void answersNobodyBeforeTheListenersHaveHeard() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        controlPlane.onChange((_, _, _) -> {
            told.countDown();
            awaitUninterruptibly(goOn);
        });
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> change = executor.submit(() -> put("p", "a", 1));
            told.await();

            assertThat(change.isDone()).isFalse();
            assertThat(controlPlane.current().stream(THINGS)).isEmpty();

            goOn.countDown();
            Object _ = change.get();
            assertThat(controlPlane.current().stream(THINGS)).hasSize(1);
        }
    }

    @Test
    void aListenerThatFailsStopsNobody() {
        controlPlane.onChange((_, _, _) -> {
            throw new IllegalStateException("planted");
        });
        List<String> heard = listen();

        put("p", "a", 1);

        assertThat(heard).containsExactly("[p] [a]");
        assertThat(controlPlane.current().stream(THINGS)).hasSize(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ControlPlane controlPlane(DocumentStore documents) {
        return new ControlPlane(documents, List.of(THINGS, OTHERS), SIZES);
    }

    private void put(String project, String name, int size) {
        Thing _ = controlPlane.change(_ -> Change.put(THINGS, new Thing(project, name, size)));
    }

    private void remove(String project, String name) {
        Thing _ = controlPlane.change(
                state -> Change.remove(THINGS, state.find(THINGS, project, name).orElseThrow()));
    }

    /** Notes of each change the projects and what is in project p then. */
    private List<String> listen() {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        controlPlane.onChange((_, after, projects) -> {
            Supplier<List<String>> names =
                    () -> after.stream(THINGS, "p").map(Thing::name).toList();
            heard.add(sorted(projects) + " " + (projects.contains("p") ? names.get() : List.of()));
        });
        return heard;
    }

    private static Set<String> sorted(Set<String> projects) {
        return new TreeSet<>(projects);
    }
}
