package io.github.evidently.results;

import io.github.evidently.event.EventStore;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** The tallies of the experiments that were asked for of late. Thread-safe; of each experiment one reads at a time. */
@Component
class MetricTallies {

    /** How much memory the tallies may take together; the one in use may take it alone, and is some 50 MB at most. */
    static final long BYTES_MAX = 48L * 1024 * 1024;

    private final EventStore store;
    private final Clock clock;
    private final Map<Key, Kept> tallies = new LinkedHashMap<>(16, 0.75f, true);

    MetricTallies(EventStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Another experiment of the same name is of another project, or has another beginning. */
    private record Key(long projectId, String experiment, Instant created, Instant started) {}

    /** A tally and how much memory it took when it was last used. */
    private static final class Kept {

        private final MetricTally tally;
        private long bytes;

        Kept(MetricTally tally) {
            this.tally = tally;
        }
    }

    /**
     * Gives what is counted of a started experiment, with all events that are in the store.
     *
     * @param projectId of the experiment's project
     * @param use must not keep the tally
     */
    <T> T read(long projectId, Experiment experiment, Execution execution, Function<MetricTally, T> use) {
        Key key = new Key(projectId, experiment.name(), experiment.createdTime(), execution.startedTime());
        Kept kept;
        synchronized (tallies) {
            kept = tallies.computeIfAbsent(key, _ -> new Kept(new MetricTally(experiment, execution)));
        }
        synchronized (kept.tally) {
            try {
                kept.tally.catchUp(store, clock.instant());
                return use.apply(kept.tally);
            } finally {
                keepWithin(kept, kept.tally.bytes());
            }
        }
    }

    /** How many are kept. */
    int count() {
        synchronized (tallies) {
            return tallies.size();
        }
    }

    private void keepWithin(Kept used, long bytes) {
        synchronized (tallies) {
            used.bytes = bytes;
            long sum = tallies.values().stream().mapToLong(kept -> kept.bytes).sum();
            Iterator<Kept> oldest = tallies.values().iterator();
            while (sum > BYTES_MAX && tallies.size() > 1) {
                sum -= oldest.next().bytes;
                oldest.remove();
            }
        }
    }
}
