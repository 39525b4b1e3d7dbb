package io.github.evidently.event;

import io.github.evidently.persistence.ProjectEvent;
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
 * <p>Keeps the last 10,000 calls in memory. A retry that comes later counts as a new call and stores its events. Thread-safe.
 */
final class InjectedRejections {

    private static final int CALLS_MAX = 10_000;

    private record Call(String project, UUID key) {}

    private final Map<Call, Map<Integer, EventResult.Rejected>> byCall = new LinkedHashMap<>();
    private volatile boolean empty = true;

    /** Tells whether nothing was ever refused. */
    boolean isEmpty() {
        return empty;
    }

    /**
     * Refuses entries of a call. A retry of a known call gets the same refusals as before.
     *
     * @param callKey null when retries of the call cannot be recognised
     * @param fault null to refuse only what was refused before
     * @return the given entries when none is refused
     */
    List<Entry> apply(String project, @Nullable UUID callKey, List<Entry> entries, @Nullable EntryFault fault) {
        Map<Integer, EventResult.Rejected> refused =
                callKey == null ? draw(entries, fault) : remembered(new Call(project, callKey), entries, fault);
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
