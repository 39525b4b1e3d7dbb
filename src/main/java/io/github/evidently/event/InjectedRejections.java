package io.github.evidently.event;

import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.state.SharedValue;
import io.github.evidently.state.SharedValues;
import io.github.evidently.wire.EntryFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which entries of a call were rejected by an injected fault, so that a retry gets the same answer.
 *
 * <p>Keeps the last 10,000 calls in memory. Nodes that share a store keep the last {@value #SHARED_CALLS_MAX} there, because a retry
 * may reach another node. A retry that comes later counts as a new call and stores its events. Thread-safe.
 */
final class InjectedRejections {

    static final int SHARED_CALLS_MAX = 500;

    private static final int CALLS_MAX = 10_000;

    /** Null where the store belongs to this server alone. */
    private final @Nullable SharedValue<SharedCalls> shared;

    InjectedRejections(SharedValues values) {
        this.shared = values.isShared() ? values.open("refusals", SharedCalls.class, SharedCalls.NONE) : null;
    }

    /** The calls that all nodes know, the latest last. */
    record SharedCalls(List<SharedCall> calls) {

        private static final SharedCalls NONE = new SharedCalls(List.of());

        @Nullable
        SharedCall find(Call call) {
            return calls.stream()
                    .filter(known -> known.call.equals(call))
                    .findFirst()
                    .orElse(null);
        }

        /** Adds a call unless it is known. */
        SharedCalls plus(SharedCall call) {
            if (find(call.call) != null) {
                return this;
            }
            List<SharedCall> all = new ArrayList<>(calls);
            all.add(call);
            return new SharedCalls(all.size() > SHARED_CALLS_MAX ? all.subList(1, all.size()) : all);
        }
    }

    /**
     * A call by an injected fault. All its refused entries have the same error.
     *
     * @param indices of the refused entries
     * @param error null when none is refused
     */
    record SharedCall(Call call, List<Integer> indices, EventResult.@Nullable Rejected error) {

        static SharedCall of(Call call, Map<Integer, EventResult.Rejected> refused) {
            return new SharedCall(
                    call,
                    List.copyOf(refused.keySet()),
                    refused.values().stream().findFirst().orElse(null));
        }

        Map<Integer, EventResult.Rejected> refused() {
            Map<Integer, EventResult.Rejected> refused = new TreeMap<>();
            if (error != null) {
                indices.forEach(index -> refused.put(index, error));
            }
            return refused;
        }
    }

    record Call(String project, UUID key) {}

    private final Map<Call, Map<Integer, EventResult.Rejected>> byCall = new LinkedHashMap<>();
    private volatile boolean empty = true;

    /** Tells whether nothing was ever refused. */
    boolean isEmpty() {
        return shared == null ? empty : shared.get().calls().isEmpty();
    }

    /**
     * Refuses entries of a call. A retry of a known call gets the same refusals as before.
     *
     * @param callKey null when retries of the call cannot be recognised
     * @param fault null to refuse only what was refused before
     * @return the given entries when none is refused
     */
    List<Entry> apply(String project, @Nullable UUID callKey, List<Entry> entries, @Nullable EntryFault fault) {
        Map<Integer, EventResult.Rejected> refused;
        if (callKey == null) {
            refused = draw(entries, fault);
        } else if (shared == null) {
            refused = remembered(new Call(project, callKey), entries, fault);
        } else {
            refused = remembered(shared, new Call(project, callKey), entries, fault);
        }
        if (refused.isEmpty()) {
            return entries;
        }
        List<Entry> result = new ArrayList<>(entries);
        refused.forEach((index, rejected) -> {
            if (result.get(index) instanceof Entry.Valid(ProjectEvent event)) {
                result.set(index, new Entry.Refused(event, rejected));
            }
        });
        return result;
    }

    private synchronized Map<Integer, EventResult.Rejected> remembered(
            Call call, List<Entry> entries, @Nullable EntryFault fault) {
        Map<Integer, EventResult.Rejected> known = byCall.get(call);
        if (known != null) {
            return known;
        }
        Map<Integer, EventResult.Rejected> drawn = draw(entries, fault);
        if (fault != null) {
            // Kept also when nothing was refused: the next draw could differ.
            byCall.put(call, drawn);
            empty = false;
            if (byCall.size() > CALLS_MAX) {
                byCall.remove(byCall.keySet().iterator().next());
            }
        }
        return drawn;
    }

    /** Of a call and its retry that are in flight on two nodes at once, both get what was kept first. */
    private static Map<Integer, EventResult.Rejected> remembered(
            SharedValue<SharedCalls> shared, Call call, List<Entry> entries, @Nullable EntryFault fault) {
        SharedCall known = shared.get().find(call);
        if (known == null && fault != null) {
            SharedCall drawn = SharedCall.of(call, draw(entries, fault));
            known = shared.update(before -> before.plus(drawn)).find(call);
        }
        return known == null ? Map.of() : known.refused();
    }

    private static Map<Integer, EventResult.Rejected> draw(List<Entry> entries, @Nullable EntryFault fault) {
        Map<Integer, EventResult.Rejected> refused = new TreeMap<>();
        if (fault != null) {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i) instanceof Entry.Valid && fault.refusesNext()) {
                    refused.put(i, new EventResult.Rejected(fault.errorCode(), fault.errorMessage()));
                }
            }
        }
        return refused;
    }
}
