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
 * Some events of a project in a row, read once for all tallies; each tally then goes through them alone, so that what it needs stays in a
 * processor's cache.
 *
 * <p>It has what evaluations and samples say, one by one, and of custom events that are no samples only how many there are for each reason.
 * Not thread-safe.
 */
final class EventRun {

    /** In place of a feature. */
    static final int CUSTOM = -1;

    private static final int EVENTS_MAX = 2_000;

    /** How many samples may be possible: events times different metrics. */
    private static final int SAMPLES_MAX = 64 * 1024;

    private final EventReader reader;
    private final List<Keys> keys;
    private final int eventsMax;

    // By event that matters: an evaluation, or a custom event with at least one sample.
    private final long[] times;
    private final long[] receivedTimes;
    private final long[] latestReceivedTimes;
    private final int[] features;
    private final long[] evaluated;
    private final @Nullable Evaluation[] evaluations;
    private final @Nullable Example[] examples;

    // By such an event and index of keys; the entity is 0 where there is no sample.
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

    /** For events that a reader reads. */
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

    /** @param last the sequence up to which it may go */
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

    /** The sequence of the first event. */
    long firstSequence() {
        return firstSequence;
    }

    /** The sequence of the last event. */
    long lastSequence() {
        return lastSequence;
    }

    /** How many events matter. */
    int size() {
        return size;
    }

    /** The timestamp of an event that matters, in milliseconds since 1970. */
    long time(int event) {
        return times[event];
    }

    /** When the server had it, in milliseconds since 1970. */
    long receivedTime(int event) {
        return receivedTimes[event];
    }

    /** When the server had the latest of an event that matters and those before it that do not. */
    long latestReceivedTime(int event) {
        return latestReceivedTimes[event];
    }

    /** The same of the events after the last that matters; 0 without any. */
    long latestReceivedTimeAtEnd() {
        return latestReceivedTime;
    }

    /** The feature of an evaluation, see {@link EventReader#feature}; or {@link #CUSTOM}. */
    int feature(int event) {
        return features[event];
    }

    /** What an evaluation says. */
    Evaluation evaluation(int event) {
        return Objects.requireNonNull(evaluations[event], "a custom event");
    }

    /** The entity of an evaluation, see {@link Assignments#key}. */
    long evaluated(int event) {
        return evaluated[event];
    }

    /** A custom event that matters as an example. */
    Example example(int event) {
        return Objects.requireNonNull(examples[event], "an evaluation");
    }

    /** The entity of an event's sample; 0 when it has none. */
    long entity(int event, Keys of) {
        return entities[event * keys.size() + of.index()];
    }

    /** The value of an event's sample. */
    double value(int event, Keys of) {
        return values[event * keys.size() + of.index()];
    }

    /** How many custom events are no samples, by outcome; not to be changed. */
    long[] outcomes(Keys of) {
        return outcomes[of.index()];
    }

    /** The last of them, by outcome; not to be changed. */
    @Nullable
    Example[] lastExamples(Keys of) {
        return lastExamples[of.index()];
    }
}
