package io.github.evidently.results;

import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.StoredEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads a part of the log into tallies, each event once for all tallies of its project. */
final class EventCounting {

    private final EventLog events;
    private final Map<String, List<ExperimentTally>> tallies;
    private final Map<String, EventReader> readers;
    private final CountingPace pace;

    /**
     * Prepares to count for some tallies.
     *
     * @param tallies by project
     * @param readers one for each of these projects, with the metrics of all its tallies
     * @param pace rests between runs
     */
    EventCounting(
            EventLog events,
            Map<String, List<ExperimentTally>> tallies,
            Map<String, EventReader> readers,
            CountingPace pace) {
        this.events = events;
        this.tallies = tallies;
        this.readers = readers;
        this.pace = pace;
    }

    /**
     * Counts events in the tallies that have not counted them yet.
     *
     * @param from the sequence before the first
     * @param to the last sequence
     * @param head the last sequence of the log
     */
    void count(long from, long to, long head) {
        pace.begin();
        String only = tallies.size() == 1 ? tallies.keySet().iterator().next() : null;
        Map<String, Counted> projects = new HashMap<>();
        tallies.forEach((project, ofProject) -> projects.put(
                project, new Counted(ofProject, new EventRun(Objects.requireNonNull(readers.get(project))))));
        for (StoredEvent stored : events.all(until(to, new EventQuery(only, null, null, null, from)))) {
            Counted project = projects.get(stored.project());
            if (project != null && project.add(stored)) {
                pace.afterRun(head - stored.sequence());
            }
        }
        projects.values().forEach(Counted::count);
        tallies.values().forEach(ofProject -> ofProject.forEach(tally -> complete(tally, to)));
    }

    /** The tallies of a project, and the events that they have yet to count. */
    private record Counted(List<ExperimentTally> tallies, EventRun run) {

        /** Returns whether a run ended before the event. */
        boolean add(StoredEvent stored) {
            boolean ended = !run.hasRoomFor(stored.sequence());
            if (ended) {
                count();
            }
            if (!run.isEmpty() || begin(stored.sequence())) {
                run.add(stored);
            }
            return ended;
        }

        /**
         * Begins a run if a tally needs the event. A tally that has counted part of what follows needs a run that
         * begins at its position.
         */
        private boolean begin(long sequence) {
            boolean isWanted = false;
            long last = Long.MAX_VALUE;
            for (ExperimentTally tally : tallies) {
                if (tally.sequence() < sequence) {
                    isWanted = true;
                } else {
                    last = Math.min(last, tally.sequence());
                }
            }
            run.begin(last);
            return isWanted;
        }

        void count() {
            if (run.isEmpty()) {
                return;
            }
            for (ExperimentTally tally : tallies) {
                if (tally.sequence() < run.firstSequence()) {
                    synchronized (tally) {
                        tally.count(run);
                    }
                }
            }
            run.clear();
        }
    }

    /** Returns the custom events of a project up to a sequence. */
    static Iterable<StoredEvent> customEvents(EventLog events, String project, long to) {
        return events.all(until(to, new EventQuery(project, EventType.CUSTOM, null, null, 0)));
    }

    private static EventQuery until(long to, EventQuery query) {
        return query.withBefore(to + 1);
    }

    private static void complete(ExperimentTally tally, long to) {
        synchronized (tally) {
            tally.sequence = Math.max(tally.sequence, to);
        }
    }
}
