package io.github.evidently.results;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The samples whose entities have no treatment yet, in the order of arrival. Not thread-safe. */
final class WaitingSamples {

    private static final int CAPACITY_MIN = 16;

    private static final int ENTITIES_FACTOR = 4;

    // For each: the entity, the timestamp of its event, the value, and the time it was received with the metric.
    private static final int FIELDS = 4;
    private static final int METRIC_BITS = 8;

    // Rings whose size is a power of two: thousands of objects that live for seconds would keep the garbage collector
    // busy.
    private long[] fields = new long[CAPACITY_MIN * FIELDS];
    private @Nullable Example[] events = new Example[CAPACITY_MIN];
    private int first;
    private int size;

    // How many samples there are of the entities whose lowest bits are the index.
    private short[] ofEntities = new short[CAPACITY_MIN * ENTITIES_FACTOR];

    /** Visits a sample. */
    interface Visitor {
        void visit(int metric, long entity, double value, long receivedTime, Example event);
    }

    /** Decides whether a sample is done. */
    interface Decision {
        boolean isDone(int metric, long entity, double value, Example event);
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
        if (size == events.length) {
            grow();
        }
        int i = index(size++);
        fields[i * FIELDS] = entity;
        fields[i * FIELDS + 1] = event.timestamp();
        fields[i * FIELDS + 2] = Double.doubleToRawLongBits(value);
        fields[i * FIELDS + 3] = receivedTime << METRIC_BITS | metric;
        events[i] = event;
        ofEntities[place(entity)]++;
    }

    /** Tells whether there may be a sample of the entity; false when there is none for sure. */
    boolean mayHave(long entity) {
        return ofEntities[place(entity)] > 0;
    }

    private int place(long entity) {
        return (int) entity & ofEntities.length - 1;
    }

    private int index(int place) {
        return first + place & events.length - 1;
    }

    private void grow() {
        long[] grown = new long[2 * size * FIELDS];
        Example[] grownEvents = new Example[2 * size];
        for (int place = 0; place < size; place++) {
            System.arraycopy(fields, index(place) * FIELDS, grown, place * FIELDS, FIELDS);
            grownEvents[place] = event(index(place));
        }
        fields = grown;
        events = grownEvents;
        first = 0;
        ofEntities = new short[events.length * ENTITIES_FACTOR];
        for (int place = 0; place < size; place++) {
            ofEntities[place(fields[place * FIELDS])]++;
        }
    }

    private int metric(int i) {
        return (int) fields[i * FIELDS + 3] & (1 << METRIC_BITS) - 1;
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
        return metric(first);
    }

    long firstEntity() {
        return fields[first * FIELDS];
    }

    /** Returns the timestamp of its event, in milliseconds since 1970. */
    long firstTime() {
        return fields[first * FIELDS + 1];
    }

    double firstValue() {
        return value(first);
    }

    long firstReceivedTime() {
        return receivedTime(first);
    }

    Example firstEvent() {
        return event(first);
    }

    void removeFirst() {
        events[first] = null;
        ofEntities[place(firstEntity())]--;
        first = index(1);
        size--;
    }

    /** Removes the samples that are done. */
    void removeIf(Decision decision) {
        for (int left = size; left > 0; left--) {
            int metric = firstMetric();
            long entity = firstEntity();
            double value = firstValue();
            long receivedTime = firstReceivedTime();
            Example event = firstEvent();
            removeFirst();
            if (!decision.isDone(metric, entity, value, event)) {
                add(metric, entity, value, receivedTime, event);
            }
        }
    }

    /** Passes on all samples. */
    void forEach(Visitor visitor) {
        for (int place = 0; place < size; place++) {
            int i = index(place);
            visitor.visit(metric(i), fields[i * FIELDS], value(i), receivedTime(i), event(i));
        }
    }
}
