package io.github.evidently.event;

import io.github.evidently.persistence.EventType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Counts the entries of PutProjectEvents.
 *
 * <p>For every project and type {@code received = accepted + rejected + throttled + failed} once no request is in
 * flight. The first is {@code evidently_events_received_total}, the others are {@code evidently_events_total} by
 * outcome. A request that is refused before its entries are read (size, syntax, envelope) counts none.
 */
@Component
class EventMetrics {

    /** The outcome of an entry. */
    enum Outcome {
        /** On disk. */
        ACCEPTED("accepted"),
        /** Invalid, or part of a request that is invalid. */
        REJECTED("rejected"),
        /** Part of a request that came when the queue was full. */
        THROTTLED("throttled"),
        /** Part of a request that the store could not commit. */
        FAILED("failed");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }
    }

    // Labels cost memory for as long as the server runs, and clients choose the names.
    private static final int PROJECTS_MAX = 100;

    /** The label for projects that do not exist. */
    static final String UNKNOWN_PROJECT = "(unknown)";

    private static final String OTHER_PROJECTS = "(other)";
    private static final String RECEIVED = "received";

    // In the order in which countByType counts.
    private static final String[] TYPES = {EventType.EVALUATION.text(), EventType.CUSTOM.text(), "(unknown)"};

    private record Key(String project, String type, String outcome) {}

    private final MeterRegistry meters;
    private final Map<Key, Counter> counters = new ConcurrentHashMap<>();
    private final Counter retries;
    private final Set<String> labelled = ConcurrentHashMap.newKeySet();

    EventMetrics(MeterRegistry meters) {
        this.meters = meters;
        this.retries = Counter.builder("evidently.calls.retried")
                .description("Calls whose events were stored before; their entries count as accepted again")
                .register(meters);
    }

    /** Counts a retry that got the answer of the first attempt. */
    void retried() {
        retries.increment();
    }

    /** Counts entries that were read. */
    void received(String project, List<Entry> entries) {
        int[] valid = countByType(entries, true);
        int[] invalid = countByType(entries, false);
        for (int type = 0; type < TYPES.length; type++) {
            add(project, TYPES[type], RECEIVED, valid[type] + invalid[type]);
        }
    }

    /** Counts the outcome of entries that were counted as received. */
    void settled(String project, List<Entry> entries, Outcome ofValid, Outcome ofInvalid) {
        int[] valid = countByType(entries, true);
        int[] invalid = countByType(entries, false);
        for (int type = 0; type < TYPES.length; type++) {
            add(project, TYPES[type], ofValid.label, valid[type]);
            add(project, TYPES[type], ofInvalid.label, invalid[type]);
        }
    }

    private static int[] countByType(List<Entry> entries, boolean valid) {
        int[] counts = new int[TYPES.length];
        for (Entry entry : entries) {
            if (entry instanceof Entry.Valid == valid) {
                int type = switch (entry.knownType()) {
                    case EVALUATION -> 0;
                    case CUSTOM -> 1;
                    case null -> 2;
                };
                counts[type]++;
            }
        }
        return counts;
    }

    private void add(String project, String type, String outcome, int count) {
        if (count > 0) {
            counters.computeIfAbsent(new Key(label(project), type, outcome), this::register)
                    .increment(count);
        }
    }

    private Counter register(Key key) {
        return key.outcome().equals(RECEIVED)
                ? Counter.builder("evidently.events.received")
                        .description("Entries of PutProjectEvents that were read")
                        .tags("project", key.project(), "type", key.type())
                        .register(meters)
                : Counter.builder("evidently.events")
                        .description("Entries of PutProjectEvents by what became of them")
                        .tags("project", key.project(), "type", key.type(), "outcome", key.outcome())
                        .register(meters);
    }

    private String label(String project) {
        if (labelled.contains(project)) {
            return project;
        }
        if (labelled.size() >= PROJECTS_MAX) {
            return OTHER_PROJECTS;
        }
        labelled.add(project);
        return project;
    }
}
