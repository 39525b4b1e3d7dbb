package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.TallyStore.ExecutionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the log into tallies that are at different positions. For one thread. */
final class TallyCatchUp {

    // Afterwards the thread looks for new experiments and waiting requests.
    private static final long EVENTS_IN_A_ROW = 500_000;

    private final EventLog events;
    private final CountingPace pace;
    private Map<String, EventReader> readers = Map.of();
    private Set<ExecutionKey> readersOf = Set.of();

    TallyCatchUp(EventLog events, CountingPace pace) {
        this.events = events;
        this.pace = pace;
    }

    /**
     * Reads the log: first the new events for the tallies that are up to date, then some of the events that other
     * tallies lack.
     *
     * @param tallies closed ones are skipped
     * @param head the last sequence
     * @return whether some are still behind
     */
    boolean readOn(List<KeptTally> tallies, long head) {
        List<KeptTally> open = tallies.stream()
                .filter(one -> !one.entry.closed())
                .sorted(Comparator.comparingLong(one -> one.tally.sequence()))
                .toList();
        if (open.isEmpty()) {
            return false;
        }
        long foremost = open.getLast().tally.sequence();
        if (foremost < head) {
            read(
                    open.stream()
                            .filter(one -> one.tally.sequence() == foremost)
                            .toList(),
                    foremost,
                    Math.min(head, foremost + EVENTS_IN_A_ROW),
                    head);
        }
        long last = open.stream().mapToLong(one -> one.tally.sequence()).min().orElse(head);
        if (last < head && last < foremost) {
            read(open, last, Math.min(head, last + EVENTS_IN_A_ROW), head);
        }
        return open.stream().anyMatch(one -> one.tally.sequence() < head);
    }

    /** @param to the last sequence that is counted; the tallies are complete up to it afterwards */
    private void read(List<KeptTally> tallies, long from, long to, long head) {
        List<KeptTally> behind =
                tallies.stream().filter(one -> one.tally.sequence() < to).toList();
        Map<String, List<ExperimentTally>> byProject = new HashMap<>();
        behind.forEach(one -> byProject
                .computeIfAbsent(one.started.project(), _ -> new ArrayList<>())
                .add(one.tally));
        new EventCounting(events, byProject, readers(tallies), pace).count(from, to, head);
    }

    private Map<String, EventReader> readers(List<KeptTally> tallies) {
        Set<ExecutionKey> keys = new HashSet<>();
        tallies.forEach(one -> keys.add(one.key()));
        if (!keys.equals(readersOf)) {
            Map<String, List<Experiment>> byProject = new HashMap<>();
            tallies.forEach(one -> byProject
                    .computeIfAbsent(one.started.project(), _ -> new ArrayList<>())
                    .add(one.started.experiment()));
            Map<String, EventReader> made = new HashMap<>();
            byProject.forEach((project, ofProject) -> made.put(project, new EventReader(ofProject, null)));
            readers = made;
            readersOf = keys;
        }
        return readers;
    }
}
