package io.github.evidently.results;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The samples whose entities have no treatment yet, in the order of arrival, and a hash table to find those of an entity. Not
 * thread-safe.
 */
final class WaitingSamples {

    private static final int CAPACITY_MIN = 16;

    /** Before every position. */
    private static final int NONE = -1;

    private static final int FIRST_MAX = 1 << 30;

    // For each: the entity, the timestamp of its event, the value, and the time it was received with the metric.
    private static final int FIELDS = 4;
    private static final int METRIC_BITS = 8;

    // Rings whose size is a power of two: thousands of objects that live for seconds would keep the garbage collector
    // busy. The event is null in place of a sample that was removed between others.
    private long[] fields = new long[CAPACITY_MIN * FIELDS];
    private @Nullable Example[] events = new Example[CAPACITY_MIN];

    /** The position of the first sample. Positions only grow; their lowest bits are the index in the rings. */
    private int first;

    /** How many positions are taken, including those of removed samples. */
    private int span;

    private int size;

    // By the lowest bits of an entity, the position of its last sample; by index, that of the one before with the same
    // bits. One before the first is of a sample that is gone.
    private int[] lasts = new int[CAPACITY_MIN];
    private int[] previous = new int[CAPACITY_MIN];

    WaitingSamples() {
        Arrays.fill(lasts, NONE);
    }

    /** Visits a sample. */
    interface Visitor {
        void visit(int metric, long entity, double value, long receivedTime, Example event);
    }

    /** Decides whether a sample is done. */
    interface Decision {
        boolean isDone(int metric, double value, Example event);
    }

    int size() {
        return size;
    }

    /**
     * Adds a sample.
     *
     * @param receivedTime when the server received it, in milliseconds since 1970
     * @param event the event of the sample
     */
    void add(int metric, long entity, double value, long receivedTime, Example event) {
        if (span == events.length || first > FIRST_MAX) {
            makeRoom();
        }
        int position = first + span;
        int i = index(position);
        fields[i * FIELDS] = entity;
        fields[i * FIELDS + 1] = event.timestamp();
        fields[i * FIELDS + 2] = Double.doubleToRawLongBits(value);
        fields[i * FIELDS + 3] = receivedTime << METRIC_BITS | metric;
        events[i] = event;
        span++;
        size++;
        link(position);
    }

    private int index(int position) {
        return position & events.length - 1;
    }

    private void link(int position) {
        int i = index(position);
        int bucket = bucket(entity(i));
        previous[i] = lasts[bucket];
        lasts[bucket] = position;
    }

    private int bucket(long entity) {
        return (int) entity & lasts.length - 1;
    }

    /** Closes the gaps, and doubles the capacity unless they are half of it. */
    private void makeRoom() {
        int capacity = 2 * size > events.length ? 2 * events.length : events.length;
        long[] newFields = new long[capacity * FIELDS];
        Example[] newEvents = new Example[capacity];
        int count = 0;
        for (int position = first; position < first + span; position++) {
            int i = index(position);
            if (events[i] != null) {
                System.arraycopy(fields, i * FIELDS, newFields, count * FIELDS, FIELDS);
                newEvents[count++] = event(i);
            }
        }
        fields = newFields;
        events = newEvents;
        first = 0;
        span = count;
        lasts = new int[capacity];
        previous = new int[capacity];
        Arrays.fill(lasts, NONE);
        for (int position = 0; position < count; position++) {
            link(position);
        }
    }

    private int metric(int i) {
        return (int) fields[i * FIELDS + 3] & (1 << METRIC_BITS) - 1;
    }

    private long entity(int i) {
        return fields[i * FIELDS];
    }

    private double value(int i) {
        return Double.longBitsToDouble(fields[i * FIELDS + 2]);
    }

    private long receivedTime(int i) {
        return fields[i * FIELDS + 3] >> METRIC_BITS;
    }

    private Example event(int i) {
        return Objects.requireNonNull(events[i]);
    }

    // The methods below read the first sample, which must exist.

    int firstMetric() {
        return metric(index(first));
    }

    long firstEntity() {
        return entity(index(first));
    }

    /** Returns the timestamp of its event, in milliseconds since 1970. */
    long firstTime() {
        return fields[index(first) * FIELDS + 1];
    }

    double firstValue() {
        return value(index(first));
    }

    long firstReceivedTime() {
        return receivedTime(index(first));
    }

    Example firstEvent() {
        return event(index(first));
    }

    void removeFirst() {
        remove(index(first));
        skipGaps();
    }

    private void remove(int i) {
        events[i] = null;
        size--;
    }

    /** Lets the ring begin with a sample again. */
    private void skipGaps() {
        while (span > 0 && events[index(first)] == null) {
            first++;
            span--;
        }
    }

    /** Removes the samples of an entity that are done; the last one is asked for first. */
    void removeIf(long entity, Decision decision) {
        int position = lasts[bucket(entity)];
        while (position >= first) {
            int i = index(position);
            if (events[i] != null && entity(i) == entity && decision.isDone(metric(i), value(i), event(i))) {
                remove(i);
            }
            position = previous[i];
        }
        skipGaps();
    }

    /** Passes on all samples. */
    void forEach(Visitor visitor) {
        for (int position = first; position < first + span; position++) {
            int i = index(position);
            if (events[i] != null) {
                visitor.visit(metric(i), entity(i), value(i), receivedTime(i), event(i));
            }
        }
    }
}
