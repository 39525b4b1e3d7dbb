package io.github.evidently.results;

import io.github.evidently.event.EventStore;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** The tallies of the experiments that were asked for of late. Thread-safe; one reads at a time. */
@Component
class MetricTallies {

    /** Each may take some 25 MB: 250,000 entities and a month of minutes. */
    private static final int TALLIES_MAX = 4;

    private final EventStore store;
    private final Map<Key, MetricTally> tallies = new LinkedHashMap<>(16, 0.75f, true);

    MetricTallies(EventStore store) {
        this.store = store;
    }

    /** Another experiment of the same name is of another project, or has another beginning. */
    private record Key(long projectId, String experiment, Instant created, Instant started) {}

    /**
     * Gives what is counted of a started experiment, with all events that are in the store.
     *
     * @param projectId of the experiment's project
     * @param use must not keep the tally
     */
    synchronized <T> T read(long projectId, Experiment experiment, Execution execution, Function<MetricTally, T> use) {
        Key key = new Key(projectId, experiment.name(), experiment.createdTime(), execution.startedTime());
        MetricTally tally = tallies.remove(key);
        if (tally == null) {
            tally = new MetricTally(experiment, execution);
        }
        // Not kept if this fails: it would have counted some events and would count them again.
        tally.catchUp(store);
        tallies.put(key, tally);
        if (tallies.size() > TALLIES_MAX) {
            tallies.remove(tallies.keySet().iterator().next());
        }
        return use.apply(tally);
    }
}
