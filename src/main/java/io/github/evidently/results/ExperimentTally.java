package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.results.EventReader.Evaluation;
import io.github.evidently.statistics.ClusterSums;
import io.github.evidently.statistics.Moments;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts of a started experiment from the event log: which entity had which treatment, the samples, and the outcome
 * of each custom event.
 *
 * <p>It depends only on the events up to {@link #sequence()}, in their order. Not thread-safe; users hold its monitor.
 */
final class ExperimentTally {

    /**
     * The maximum delay of an evaluation event: it is stored a moment after the answer, when a sample may already be
     * there.
     */
    private static final long EVALUATION_DELAY_MAX_MILLIS =
            Duration.ofSeconds(5).toMillis();

    private static final int WAITING_MAX = 10_000;
    private static final int WAITING_BYTES = 120;
    private static final int FIXED_BYTES = 40_000;

    /** One slice for all time. */
    private static final int WIDTH_MINUTES_OF_ALL = 1 << 30;

    private final Experiment experiment;
    private final List<String> treatments;
    private final List<MetricGoal> goals;
    private final TallyOptions options;
    final long since;

    /** The sequence after which the events of the experiment begin. */
    final long firstSequence;

    final Assignments assignments;
    final Slices slices;
    final Moments[][] moments;
    final double[][] largest;
    final long[][] outcomes;
    final @Nullable Example[][] examples;
    final WaitingSamples waiting = new WaitingSamples();
    long until;
    long sequence;

    /** The latest timestamp among the samples, in milliseconds since 1970. */
    long lastSample = Long.MIN_VALUE;

    private @Nullable EventReader reader;
    private EventReader.Keys[] keys = {};
    private boolean[] features = {};

    ExperimentTally(Experiment experiment, Execution execution, long firstSequence) {
        this(experiment, execution, firstSequence, TallyOptions.NONE);
    }

    ExperimentTally(Experiment experiment, Execution execution, long firstSequence, TallyOptions options) {
        this.experiment = experiment;
        this.treatments = experiment.treatments().stream().map(Treatment::name).toList();
        this.goals = experiment.metricGoals();
        this.options = options;
        // Whole seconds, as some clients send no more. Not earlier: another experiment of its name may have events.
        this.since = execution.startedTime().truncatedTo(ChronoUnit.SECONDS).toEpochMilli();
        this.until = end(experiment, execution);
        this.assignments = new Assignments(since, until);
        int all = treatments.size() * options.groups();
        this.slices = new Slices(goals.size() * all, since);
        this.moments = new Moments[goals.size()][all];
        this.largest = new double[goals.size()][all];
        for (Moments[] ofMetric : moments) {
            Arrays.fill(ofMetric, Moments.NONE);
        }
        this.outcomes = new long[goals.size()][Outcome.values().length];
        this.examples = new Example[goals.size()][Outcome.values().length];
        this.firstSequence = firstSequence;
        this.sequence = firstSequence;
        if (!options.isByTime()) {
            slices.restoreWidth(WIDTH_MINUTES_OF_ALL);
        }
    }

    /** Returns when samples end, in milliseconds since 1970: at the end of the analysis, or at a stop before. */
    static long end(Experiment experiment, Execution execution) {
        Instant complete = experiment.analysisCompleteTime();
        Instant ended = execution.endedTime();
        Instant end = complete == null || (ended != null && ended.isBefore(complete)) ? ended : complete;
        long millis = end == null ? Long.MAX_VALUE / 4 : end.toEpochMilli();
        return Math.max(
                millis, execution.startedTime().truncatedTo(ChronoUnit.SECONDS).toEpochMilli());
    }

    /** Returns the experiment as it was when the tally was created; later changes do not matter here. */
    Experiment experiment() {
        return experiment;
    }

    /** Returns the sequence up to which events are counted. */
    long sequence() {
        return sequence;
    }

    /** Returns how many treatments there are, in each group. */
    int treatmentCount() {
        return treatments.size() * options.groups();
    }

    /** Counts events, none of which is counted yet. */
    void count(EventRun run) {
        if (reader != run.reader()) {
            use(run.reader());
        }
        for (int metric = 0; metric < keys.length; metric++) {
            addOutcomes(metric, run.outcomes(keys[metric]), run.lastExamples(keys[metric]));
        }
        for (int event = 0; event < run.size(); event++) {
            giveUpWaiting(run.latestReceivedTime(event));
            int feature = run.feature(event);
            if (feature == EventRun.CUSTOM) {
                custom(run, event);
            } else if (features[feature]) {
                evaluation(run.time(event), run.evaluated(event), run.evaluation(event));
            }
        }
        giveUpWaiting(run.latestReceivedTimeAtEnd());
        sequence = run.lastSequence();
    }

    private void use(EventReader other) {
        reader = other;
        keys = goals.stream().map(goal -> other.keys(goal.metricDefinition())).toArray(EventReader.Keys[]::new);
        features = new boolean[other.featureCount()];
        for (Treatment treatment : experiment.treatments()) {
            treatment.featureVariations().keySet().forEach(feature -> features[other.feature(feature)] = true);
        }
    }

    private void addOutcomes(int metric, long[] counts, @Nullable Example[] last) {
        for (int outcome = 0; outcome < counts.length; outcome++) {
            if (counts[outcome] > 0) {
                outcomes[metric][outcome] += counts[outcome];
                examples[metric][outcome] = last[outcome];
            }
        }
    }

    private void evaluation(long time, long entity, Evaluation evaluation) {
        if (time < since || time >= until) {
            return;
        }
        int treatment = experiment.name().equals(evaluation.experiment()) && evaluation.treatment() != null
                ? treatments.indexOf(evaluation.treatment())
                : Assignments.NONE;
        if (treatment != Assignments.NONE && options.groups() > 1) {
            int first = assignments.firstTreatment(entity);
            int group = first == Assignments.NONE ? options.group(evaluation) : first / treatments.size();
            treatment += group * treatments.size();
        }
        assignments.add(entity, time, treatment);
        settle(entity);
    }

    private void custom(EventRun run, int event) {
        long time = run.time(event);
        for (int metric = 0; metric < keys.length; metric++) {
            long entity = run.entity(event, keys[metric]);
            if (entity == 0) {
                continue;
            }
            if (time < since || time >= until) {
                conclude(metric, Outcome.OUTSIDE_EXPERIMENT, run.example(event));
                continue;
            }
            double value = run.value(event, keys[metric]);
            Outcome outcome = count(metric, entity, value, time);
            if (outcome == Outcome.COUNTED || outcome == Outcome.OUTSIDE_SAMPLE) {
                conclude(metric, outcome, run.example(event));
            } else {
                waiting.add(metric, entity, value, run.receivedTime(event), run.example(event));
            }
        }
    }

    /**
     * Counts the waiting samples of an entity whose evaluation has arrived, at once: later, results would depend on when
     * somebody looked.
     */
    private void settle(long entity) {
        waiting.removeIf(entity, (metric, value, event) -> {
            boolean isCounted = count(metric, entity, value, event.timestamp()) == Outcome.COUNTED;
            if (isCounted) {
                conclude(metric, Outcome.COUNTED, event);
            }
            return isCounted;
        });
    }

    private void giveUpWaiting(long now) {
        while (waiting.size() > WAITING_MAX
                || (waiting.size() > 0 && now - waiting.firstReceivedTime() > EVALUATION_DELAY_MAX_MILLIS)) {
            int metric = waiting.firstMetric();
            conclude(
                    metric,
                    count(metric, waiting.firstEntity(), waiting.firstValue(), waiting.firstTime()),
                    waiting.firstEvent());
            waiting.removeFirst();
        }
    }

    private void conclude(int metric, Outcome outcome, Example event) {
        outcomes[metric][outcome.index()]++;
        if (outcome != Outcome.COUNTED) {
            examples[metric][outcome.index()] = event;
        }
    }

    private Outcome count(int metric, long entity, double measured, long time) {
        Assignments.Found found = assignments.find(entity, time);
        if (found.outcome() == Outcome.COUNTED) {
            double value = options.value(metric, measured);
            int treatment = found.treatment();
            slices.add(
                    metric * treatmentCount() + treatment,
                    time,
                    Assignments.cluster(entity),
                    assignments.weight(),
                    value,
                    assignments.addSample(entity, metric));
            moments[metric][treatment] = moments[metric][treatment].plus(value);
            if (Math.abs(value) > Math.abs(largest[metric][treatment])) {
                largest[metric][treatment] = value;
            }
            lastSample = Math.max(lastSample, time);
        }
        return found.outcome();
    }

    /** The outcomes of custom events, including those that still wait for an evaluation. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Outcomes(long[][] counts, @Nullable Example[][] examples) {}

    /** Returns the outcomes of custom events so far. */
    Outcomes outcomes() {
        Outcomes sofar = new Outcomes(
                Arrays.stream(outcomes).map(long[]::clone).toArray(long[][]::new),
                Arrays.stream(examples).map(Example[]::clone).toArray(Example[][]::new));
        waiting.forEach((metric, entity, _, _, event) -> {
            int outcome = assignments.find(entity, event.timestamp()).outcome().index();
            sofar.counts[metric][outcome]++;
            sofar.examples[metric][outcome] = event;
        });
        return sofar;
    }

    /** Returns the samples of a metric and a treatment in some slices. */
    Slices.Total total(int metric, int treatment, int from, int to) {
        Slices.Total total = new Slices.Total();
        addTo(total, metric, treatment, from, to);
        return total;
    }

    /** Adds the samples of a metric and a treatment in some slices. */
    void addTo(Slices.Total total, int metric, int treatment, int from, int to) {
        slices.addTo(total, metric * treatmentCount() + treatment, from, to);
    }

    /** Returns the numbers of entities in the sample; each stands for {@link Assignments#weight()} entities. */
    EntityCounts entities() {
        return assignments.counts(treatmentCount(), goals.size());
    }

    /** Returns the sums per visitor: as counts all entities, as sums the values of their samples. */
    ClusterSums perVisitor(EntityCounts entities, int metric, int treatment) {
        ClusterSums visitors = new ClusterSums();
        ClusterSums samples = total(metric, treatment, 0, Slices.SLICES_MAX).sums();
        for (int cluster = 0; cluster < ClusterSums.CLUSTERS; cluster++) {
            double count = entities.converted[metric][treatment].count(cluster);
            visitors.add(cluster, count * assignments.weight(), samples.sum(cluster));
        }
        return visitors;
    }

    /** Returns approximately how much memory this takes. */
    long bytes() {
        return FIXED_BYTES + assignments.bytes() + slices.bytes() + (long) waiting.size() * WAITING_BYTES;
    }
}
