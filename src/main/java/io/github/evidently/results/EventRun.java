package io.github.evidently.results;

import io.github.evidently.persistence.EventType;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.results.EventReader.Evaluation;
import io.github.evidently.results.EventReader.Keys;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of consecutive events of a project, read once for all tallies. Each tally then goes through the run alone, so
 * that its data stays in a processor's cache.
 *
 * <p>The run holds each evaluation and each sample. Of the custom events that are not samples it holds only their
 * number for each reason. Not thread-safe.
 */
final class EventRun {

    /** Stands in place of a feature. */
    static final int CUSTOM = -1;

    private static final int EVENTS_MAX = 2_000;

    /** The maximum number of possible samples: events times different metrics. */
    private static final int SAMPLES_MAX = 64 * 1024;

    private final EventReader reader;
    private final List<Keys> keys;
    private final int eventsMax;

    // By relevant event: an evaluation, or a custom event with at least one sample.
    private final long[] times;
    private final long[] receivedTimes;
    private final long[] latestReceivedTimes;
    private final int[] features;
    private final long[] evaluated;
    private final @Nullable Evaluation[] evaluations;
    private final @Nullable Example[] examples;

    // By relevant event and index of keys; the entity is 0 where there is no sample.
    private final long[] entities;
    private final double[] values;

    // By index of keys and outcome.
    private final long[][] outcomes;
    private final @Nullable Example[][] lastExamples;

    private int events;
    private int size;
    private long sequenceMax;
    private long firstSequence;
    private long lastSequence;
    private long latestReceivedTime;

    /** Creates a run for the events that a reader reads. */
    EventRun(EventReader reader) {
        this(reader, Math.clamp(SAMPLES_MAX / Math.max(1, reader.allKeys().size()), 1, EVENTS_MAX));
    }

    EventRun(EventReader reader, int eventsMax) {
        this.reader = reader;
        this.keys = reader.allKeys();
        this.eventsMax = eventsMax;
        this.times = new long[eventsMax];
        this.receivedTimes = new long[eventsMax];
        this.latestReceivedTimes = new long[eventsMax];
        this.features = new int[eventsMax];
        this.evaluated = new long[eventsMax];
        this.evaluations = new Evaluation[eventsMax];
        this.examples = new Example[eventsMax];
        this.entities = new long[eventsMax * keys.size()];
        this.values = new double[eventsMax * keys.size()];
        this.outcomes = new long[keys.size()][Outcome.values().length];
        this.lastExamples = new Example[keys.size()][Outcome.values().length];
        clear();
    }

    EventReader reader() {
        return reader;
    }

    void clear() {
        events = 0;
        size = 0;
        latestReceivedTime = 0;
        Arrays.fill(evaluations, null);
        Arrays.fill(examples, null);
        for (int i = 0; i < outcomes.length; i++) {
            Arrays.fill(outcomes[i], 0);
            Arrays.fill(lastExamples[i], null);
        }
    }

    boolean isEmpty() {
        return events == 0;
    }

    /** @param last the sequence up to which the run may go */
    void begin(long last) {
        sequenceMax = last;
    }

    boolean hasRoomFor(long sequence) {
        return events < eventsMax && (events == 0 || sequence <= sequenceMax);
    }

    /** Reads one more event; there must be room. */
    void add(StoredEvent stored) {
        if (events++ == 0) {
            firstSequence = stored.sequence();
        }
        lastSequence = stored.sequence();
        long receivedTime = stored.receivedTime().toEpochMilli();
        latestReceivedTime = Math.max(latestReceivedTime, receivedTime);
        String data = stored.event().data();
        boolean matters;
        if (stored.event().type() == EventType.CUSTOM) {
            matters = addCustom(stored, data);
        } else {
            matters = addEvaluation(data);
        }
        if (matters) {
            times[size] = stored.event().timestamp().toEpochMilli();
            receivedTimes[size] = receivedTime;
            latestReceivedTimes[size] = latestReceivedTime;
            size++;
            latestReceivedTime = 0;
        }
    }

    private boolean addEvaluation(String data) {
        Evaluation evaluation = reader.readEvaluation(data);
        int feature = evaluation == null ? -1 : reader.feature(evaluation.feature());
        if (evaluation == null || feature < 0) {
            return false;
        }
        evaluations[size] = evaluation;
        features[size] = feature;
        evaluated[size] = Assignments.key(evaluation.entity());
        return true;
    }

    private boolean addCustom(StoredEvent stored, String data) {
        reader.readCustom(data);
        Example example = Example.of(stored);
        boolean hasSample = false;
        int place = size * keys.size();
        for (int i = 0; i < keys.size(); i++) {
            Keys of = keys.get(i);
            Outcome outcome = reader.outcome(of);
            if (outcome == Outcome.COUNTED) {
                hasSample = true;
                entities[place + i] = reader.entity(of);
                values[place + i] = reader.value(of);
            } else {
                entities[place + i] = 0;
                outcomes[i][outcome.index()]++;
                lastExamples[i][outcome.index()] = example;
            }
        }
        examples[size] = example;
        features[size] = CUSTOM;
        return hasSample;
    }

    /** Returns the sequence of the first event. */
    long firstSequence() {
        return firstSequence;
    }

    /** Returns the sequence of the last event. */
    long lastSequence() {
        return lastSequence;
    }

    /** Returns how many relevant events there are. */
    int size() {
        return size;
    }

    /** Returns the timestamp of a relevant event, in milliseconds since 1970. */
    long time(int event) {
        return times[event];
    }

    /** Returns when the server received it, in milliseconds since 1970. */
    long receivedTime(int event) {
        return receivedTimes[event];
    }

    /** Returns when the server received the latest of a relevant event and the irrelevant ones before it. */
    long latestReceivedTime(int event) {
        return latestReceivedTimes[event];
    }

    /** Returns the same for the events after the last relevant one; 0 when there are none. */
    long latestReceivedTimeAtEnd() {
        return latestReceivedTime;
    }

    /** Returns the feature of an evaluation, see {@link EventReader#feature}; or {@link #CUSTOM}. */
    int feature(int event) {
        return features[event];
    }

    /** Returns the content of an evaluation. */
    Evaluation evaluation(int event) {
        return Objects.requireNonNull(evaluations[event], "a custom event");
    }

    /** Returns the entity of an evaluation, see {@link Assignments#key}. */
    long evaluated(int event) {
        return evaluated[event];
    }

    /** Returns a relevant custom event as an example. */
    Example example(int event) {
        return Objects.requireNonNull(examples[event], "an evaluation");
    }

    /** Returns the entity of an event's sample; 0 when it has none. */
    long entity(int event, Keys of) {
        return entities[event * keys.size() + of.index()];
    }

    /** Returns the value of an event's sample. */
    double value(int event, Keys of) {
        return values[event * keys.size() + of.index()];
    }

    /** Returns how many custom events are not samples, by outcome; callers must not change the array. */
    long[] outcomes(Keys of) {
        return outcomes[of.index()];
    }

    /** Returns the last of these events, by outcome; callers must not change the array. */
    @Nullable
    Example[] lastExamples(Keys of) {
        return lastExamples[of.index()];
    }
}
