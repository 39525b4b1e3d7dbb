package io.github.evidently.state;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.persistence.Commit;
import io.github.evidently.persistence.Document;
import io.github.evidently.persistence.DocumentKey;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.Snapshot;
import io.github.evidently.persistence.Write;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the current {@link State} of the control plane and applies durable changes to it, one at a time.
 *
 * <p>Reading the state takes no lock and no query. Thread-safe.
 */
@Component
public final class ControlPlane {

    private static final Logger log = LoggerFactory.getLogger(ControlPlane.class);

    static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final DocumentStore documents;
    private final Map<String, Kind<?>> kinds;
    private final StateProperties properties;
    private final List<StateListener> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock changing = new ReentrantLock();
    private volatile State current;

    /** Loads the state. */
    public ControlPlane(DocumentStore documents, List<Kind<?>> kinds, StateProperties properties) {
        this.documents = documents;
        this.properties = properties;
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(Kind::name, kind -> kind));
        this.current = load();
    }

    /** Returns the state with every change that was answered. */
    public State current() {
        return current;
    }

    /** Finds the kind of resources that is called so in ARNs. */
    public Optional<Kind<?>> kind(String name) {
        return Optional.ofNullable(kinds.get(name));
    }

    /** Returns all kinds of resources. */
    public Iterable<Kind<?>> kinds() {
        return kinds.values();
    }

    /** Adds a listener, which is told of each change from now on. */
    public void onChange(StateListener listener) {
        listeners.add(listener);
    }

    /**
     * Applies a rule and returns when its change is durable and every listener has been told.
     *
     * @param rule makes a change of the state that it gets, or refuses by an exception. It is pure and is called again with a
     *     newer state when another node has changed that: what is refused, or changes nothing, does so by the newest state.
     * @throws EvidentlyException what the rule threw
     * @throws ServiceQuotaExceededException when the resources would take more memory than they may
     * @throws InternalServerException when the store cannot commit
     */
    public <T extends @Nullable Object> T change(Function<State, Change<T>> rule) {
        changing.lock();
        try {
            while (true) {
                State before = current;
                Change<T> change = applyIfNewest(rule, before);
                if (change == null) {
                    State _ = refresh();
                    continue;
                }
                if (change.steps().isEmpty()) {
                    return change.result();
                }
                List<Write> writes =
                        change.steps().stream().map(ControlPlane::write).toList();
                State after = apply(change, writes, before);
                requireRoom(before, after);
                switch (commit(before, writes)) {
                    case Commit.Committed(long version) -> {
                        publish(after.withVersion(version), change.projects());
                        return change.result();
                    }
                    case Commit.Superseded() -> refresh();
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** Returns null when the rule refuses or changes nothing only because the state is not the newest. */
    private <T extends @Nullable Object> @Nullable Change<T> applyIfNewest(
            Function<State, Change<T>> rule, State state) {
        try {
            Change<T> change = rule.apply(state);
            return change.steps().isEmpty() && !isNewest(state) ? null : change;
        } catch (EvidentlyException refusal) {
            if (isNewest(state)) {
                throw refusal;
            }
            return null;
        }
    }

    /** Tells whether no other node has made a change since; also when the store cannot tell. */
    private boolean isNewest(State state) {
        try {
            return documents.version() == state.version();
        } catch (RuntimeException e) {
            log.debug("a change is decided by a state that may be older", e);
            return true;
        }
    }

    /** A change that makes the state smaller is always allowed. */
    private void requireRoom(State before, State after) {
        long lengthMax = properties.sizeMax().toBytes();
        if (after.length() > lengthMax && after.length() > before.length()) {
            throw new ServiceQuotaExceededException(
                    "Service quota exceeded: all resources together may have " + lengthMax
                            + " characters of JSON; evidently.state.size-max sets the limit, which the heap must have room for",
                    null,
                    null,
                    "evidently",
                    "state-size-max");
        }
    }

    private Commit commit(State before, List<Write> writes) {
        try {
            return documents.commit(before.version(), writes);
        } catch (RuntimeException e) {
            refreshIfPossible(e);
            throw e;
        }
    }

    /** A commit that failed may be durable all the same. */
    private void refreshIfPossible(RuntimeException failure) {
        try {
            refresh();
        } catch (RuntimeException e) {
            // The next change finds that it is superseded, and refreshes then.
            failure.addSuppressed(e);
        }
    }

    /** Catches up with the store, unless the state is the newest, and returns the state. Changes in flight are waited for. */
    public State refresh() {
        changing.lock();
        try {
            if (documents.version() != current.version()) {
                State loaded = load();
                publish(loaded, union(current.projects(), loaded.projects()));
            }
            return current;
        } finally {
            changing.unlock();
        }
    }

    /**
     * Catches up with what other nodes have changed. Unlike {@link #refresh} it reads the store beside changes, which wait only
     * while the listeners are told.
     */
    void catchUp() {
        long known = current.version();
        long version = documents.version();
        if (version < known) {
            log.warn("The store has lost changes that it had confirmed: version {} comes after {}", version, known);
            State _ = refresh();
        } else if (version > known && awaitChangesInFlight() < version) {
            State loaded = load();
            changing.lock();
            try {
                if (loaded.version() > current.version()) {
                    publish(loaded, union(current.projects(), loaded.projects()));
                }
            } finally {
                changing.unlock();
            }
        }
    }

    /** Returns the version afterwards: a change of this node is durable before it is current. */
    private long awaitChangesInFlight() {
        changing.lock();
        try {
            return current.version();
        } finally {
            changing.unlock();
        }
    }

    /** Tells the listeners first: an evaluation must not find a new project with features of the old one of that name. */
    private void publish(State after, Set<String> projects) {
        for (StateListener listener : listeners) {
            try {
                listener.changed(current, after, projects);
            } catch (RuntimeException e) {
                log.error("A change is durable, but what follows it failed", e);
            }
        }
        current = after;
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private State load() {
        Snapshot snapshot = documents.load();
        State state = State.EMPTY;
        for (Document document : snapshot.documents()) {
            String name = document.key().kind();
            Kind<?> kind = name.equals(SharedDocument.KIND.name()) ? SharedDocument.KIND : kinds.get(name);
            if (kind != null) {
                state = state.with(
                        kind,
                        MAPPER.readValue(document.json(), kind.type()),
                        document.json().length());
            }
        }
        return state.withVersion(snapshot.version());
    }

    private static Write write(Change.Step step) {
        return switch (step) {
            case Change.Step.Put(Kind<?> kind, Resource<?> resource) ->
                new Write.Put(new Document(
                        new DocumentKey(kind.name(), resource.project(), resource.name()),
                        MAPPER.writeValueAsString(resource)));
            case Change.Step.Remove(DocumentKey key) -> new Write.Remove(key);
            case Change.Step.OpenLog(long key, String name) -> new Write.OpenLog(key, name);
            case Change.Step.CloseLog(long key) -> new Write.CloseLog(key);
        };
    }

    private static State apply(Change<?> change, List<Write> writes, State before) {
        State after = before;
        for (int i = 0; i < writes.size(); i++) {
            after = switch (change.steps().get(i)) {
                case Change.Step.Put(Kind<?> kind, Resource<?> resource) ->
                    after.with(kind, resource, length(writes.get(i)));
                case Change.Step.Remove(DocumentKey key) -> after.without(key);
                case Change.Step.OpenLog _, Change.Step.CloseLog _ -> after;
            };
        }
        return after;
    }

    private static int length(Write write) {
        return write instanceof Write.Put(Document document) ? document.json().length() : 0;
    }
}
