package io.github.evidently.results;

import io.github.evidently.event.EventQuery;
import io.github.evidently.event.EventStore;
import io.github.evidently.event.EventType;
import io.github.evidently.event.StoredEvent;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.results.EvaluationReader.Assignment;
import io.github.evidently.results.MetricReader.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a started experiment, counted from the log of events: by metric, minute and treatment.
 *
 * <p>It reads on from where it stood, so that what it costs to ask again is what has come since. A failure while it reads loses
 * nothing. Not thread-safe.
 */
final class MetricTally {

    // A read of minutes would keep the write-ahead log from starting anew.
    private static final int EVENTS_AT_ONCE = 10_000;

    /** The events of evaluations are stored a moment after the answer, when a sample may be there already. */
    private static final Duration EVALUATION_DELAY_MAX = Duration.ofSeconds(5);

    private static final int WAITING_MAX = 10_000;

    /** What a minute takes beside its treatments, and what a treatment takes. */
    private static final int MINUTE_BYTES = 96;

    private static final int MOMENTS_BYTES = 40;
    private static final long MINUTE_MILLIS = 60_000;

    private final Experiment experiment;
    private final Instant since;
    private final @Nullable Instant until;
    private final EvaluationReader evaluations;
    private final List<MetricReader> metrics;
    private final Assignments assignments = new Assignments();
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    /** By metric, then by minute since 1970; for each treatment one. */
    private final List<TreeMap<Long, Moments[]>> counted;

    private long lastSequence;
    private boolean complete = true;

    /** A sample whose entity has no treatment yet. */
    private record Waiting(int metric, long entity, double value, long time, Instant receivedTime) {}

    MetricTally(Experiment experiment, Execution execution) {
        this.experiment = experiment;
        // The second, as some clients tell no more; not earlier, where events of another experiment of its name may be.
        this.since = execution.startedTime().truncatedTo(ChronoUnit.SECONDS);
        this.until = experiment.analysisCompleteTime();
        this.evaluations = new EvaluationReader(experiment);
        this.metrics = experiment.metricGoals().stream()
                .map(goal -> new MetricReader(goal.metricDefinition()))
                .toList();
        this.counted = metrics.stream().map(_ -> new TreeMap<Long, Moments[]>()).toList();
    }

    /**
     * Counts what has been stored since the last time.
     *
     * @param now of much that is received later the most waits for the next time, or a reader might never be done
     */
    void catchUp(EventStore store, Instant now) {
        int[] read = {EVENTS_AT_ONCE};
        boolean[] isLater = {false};
        while (read[0] >= EVENTS_AT_ONCE && !isLater[0]) {
            read[0] = 0;
            // Those of others as well, so that it is known up to where nothing more is to be found.
            store.read(new EventQuery(null, null, null, null, lastSequence), event -> {
                // Not a reason to stop at once: a clock that was set back would hide all that came before.
                isLater[0] = event.receivedTime().isAfter(now);
                lastSequence = event.sequence();
                if (event.project().equals(experiment.project())) {
                    count(event);
                }
                return ++read[0] < EVENTS_AT_ONCE;
            });
        }
        waiting.removeIf(this::countIfAssigned);
    }

    /** About how much memory this takes. */
    long bytes() {
        long minutes = counted.stream().mapToLong(TreeMap::size).sum();
        return assignments.bytes()
                + minutes
                        * (MINUTE_BYTES
                                + (long) MOMENTS_BYTES * experiment.treatments().size());
    }

    /** Whether every evaluation was taken note of. */
    boolean isComplete() {
        return complete;
    }

    /**
     * The samples of a span of time, by minutes.
     *
     * @param metric its place among those of the experiment
     * @param from in milliseconds since 1970, as the timestamps of the events say
     * @param to after the last minute that counts
     * @return for each treatment, in the order of the experiment's
     */
    Moments[] between(int metric, long from, long to) {
        Moments[] sums = none();
        // A minute counts from its beginning.
        counted.get(metric)
                .subMap(Math.ceilDiv(from, MINUTE_MILLIS), Math.ceilDiv(to, MINUTE_MILLIS))
                .values()
                .forEach(minute -> Arrays.setAll(sums, i -> sums[i].plus(minute[i])));
        return sums;
    }

    private void count(StoredEvent stored) {
        giveUpWaiting(stored.receivedTime());
        Instant timestamp = stored.event().timestamp();
        if (timestamp.isBefore(since) || (until != null && !timestamp.isBefore(until))) {
            return;
        }
        long time = timestamp.toEpochMilli();
        String data = stored.event().data();
        if (stored.event().type() == EventType.EVALUATION) {
            Assignment assignment = evaluations.read(data);
            if (assignment != null) {
                complete &= assignments.add(Assignments.key(assignment.entity()), time, assignment.treatment());
            }
            return;
        }
        for (int metric = 0; metric < metrics.size(); metric++) {
            Sample sample = metrics.get(metric).read(data);
            if (sample != null) {
                Waiting found = new Waiting(
                        metric, Assignments.key(sample.entity()), sample.value(), time, stored.receivedTime());
                if (!countIfAssigned(found)) {
                    waiting.add(found);
                }
            }
        }
    }

    private void giveUpWaiting(Instant now) {
        while (!waiting.isEmpty()
                && (waiting.size() > WAITING_MAX
                        || waiting.element()
                                .receivedTime
                                .plus(EVALUATION_DELAY_MAX)
                                .isBefore(now))) {
            countIfAssigned(waiting.remove());
        }
    }

    private boolean countIfAssigned(Waiting found) {
        int treatment = assignments.find(found.entity, found.time);
        if (treatment == Assignments.NONE) {
            return false;
        }
        Moments[] minute =
                counted.get(found.metric).computeIfAbsent(Math.floorDiv(found.time, MINUTE_MILLIS), _ -> none());
        minute[treatment] = minute[treatment].plus(found.value);
        return true;
    }

    private Moments[] none() {
        Moments[] none = new Moments[experiment.treatments().size()];
        Arrays.fill(none, Moments.NONE);
        return none;
    }
}
