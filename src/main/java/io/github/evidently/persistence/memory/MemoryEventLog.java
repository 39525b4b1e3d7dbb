package io.github.evidently.persistence.memory;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventBatch;
import io.github.evidently.persistence.EventIds;
import io.github.evidently.persistence.EventLog;
import io.github.evidently.persistence.EventLogProperties;
import io.github.evidently.persistence.EventQuery;
import io.github.evidently.persistence.EventQuery.Order;
import io.github.evidently.persistence.ProjectEvent;
import io.github.evidently.persistence.Slice;
import io.github.evidently.persistence.StoredEvent;
import io.github.evidently.persistence.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Keeps events in a sorted map of batches. Appending takes a lock, reading does not. */
final class MemoryEventLog implements EventLog {

    // What an event takes besides its text, about.
    private static final int EVENT_OVERHEAD = 100;

    private final EventLogProperties properties;
    private final Arrivals arrivals;
    private final ConcurrentNavigableMap<Long, Row> byLastSequence = new ConcurrentSkipListMap<>();
    private final Map<Long, String> openLogs = new ConcurrentHashMap<>();
    private final Map<CallId, UUID> calls = new HashMap<>();
    private final ArrayDeque<Call> callsInOrder = new ArrayDeque<>();
    private long bytes;
    private volatile long lastSequence;

    private record Row(EventBatch batch, long bytes, long nanoTime) {}

    private record CallId(long projectKey, UUID key) {}

    private record Call(CallId id, long nanoTime) {}

    MemoryEventLog(EventLogProperties properties, Arrivals arrivals) {
        this.properties = properties;
        this.arrivals = arrivals;
    }

    synchronized void committed(List<Write> writes) {
        for (Write write : writes) {
            switch (write) {
                case Write.OpenLog(long key, String name) -> openLogs.put(key, name);
                case Write.CloseLog(long key) -> close(key);
                case Write.Put _, Write.Remove _ -> {}
            }
        }
    }

    private void close(long projectKey) {
        openLogs.remove(projectKey);
        byLastSequence.forEach((sequence, row) -> {
            if (row.batch.projectKey() == projectKey) {
                remove(sequence);
            }
        });
    }

    @Override
    public List<UUID> append(List<EventBatch> batches) {
        List<UUID> stored = appendAll(batches);
        arrivals.arrived();
        return stored;
    }

    private synchronized List<UUID> appendAll(List<EventBatch> batches) {
        for (EventBatch batch : batches) {
            if (!openLogs.containsKey(batch.projectKey())) {
                throw ResourceNotFoundException.dataPlane("project", String.valueOf(batch.projectKey()));
            }
        }
        long now = System.nanoTime();
        List<UUID> stored = batches.stream().map(batch -> add(batch, now)).toList();
        forget(now);
        return stored;
    }

    private UUID add(EventBatch batch, long now) {
        if (batch.callKey() != null && !properties.retryWindow().isZero()) {
            CallId call = new CallId(batch.projectKey(), batch.callKey());
            UUID first = calls.putIfAbsent(call, batch.id());
            if (first != null) {
                return first;
            }
            callsInOrder.add(new Call(call, now));
        }
        long size = batch.events().stream()
                .mapToLong(event -> event.data().length() + EVENT_OVERHEAD)
                .sum();
        long last = lastSequence + batch.events().size();
        byLastSequence.put(last, new Row(batch, size, now));
        bytes += size;
        // Last of all: a reader must find what it is told of.
        lastSequence = last;
        return batch.id();
    }

    /** Forgets calls beyond the retry window and events beyond the retention. */
    private void forget(long now) {
        while (!callsInOrder.isEmpty()
                && (callsInOrder.size() > properties.retryWindowCallsMax()
                        || isOlder(callsInOrder.getFirst().nanoTime, now, properties.retryWindow()))) {
            calls.remove(callsInOrder.removeFirst().id);
        }
        long bytesMax = properties.retentionSize().toBytes();
        while (!byLastSequence.isEmpty()
                && ((bytesMax > 0 && bytes > bytesMax)
                        || (!properties.retention().isZero()
                                && isOlder(
                                        byLastSequence.firstEntry().getValue().nanoTime,
                                        now,
                                        properties.retention())))) {
            remove(byLastSequence.firstKey());
        }
    }

    private static boolean isOlder(long nanoTime, long now, Duration age) {
        return now - nanoTime > age.toNanos();
    }

    private void remove(Long sequence) {
        Row row = byLastSequence.remove(sequence);
        if (row != null) {
            bytes -= row.bytes;
        }
    }

    @Override
    public Slice read(EventQuery query, int limit) {
        // Nothing beyond it is complete.
        long last = lastSequence;
        if (query.after() >= last) {
            return new Slice(List.of(), null);
        }
        NavigableMap<Long, Row> rows = byLastSequence.subMap(query.after(), false, last, true);
        List<StoredEvent> found = new ArrayList<>();
        for (Map.Entry<Long, Row> row : (query.order() == Order.NEWEST ? rows.descendingMap() : rows).entrySet()) {
            for (StoredEvent event : events(row.getKey(), row.getValue().batch, query)) {
                found.add(event);
                if (found.size() == limit) {
                    return new Slice(found, query.following(event.sequence()));
                }
            }
        }
        return new Slice(found, null);
    }

    /** The matching events of a batch in the order of the query. */
    private List<StoredEvent> events(long last, EventBatch batch, EventQuery query) {
        List<StoredEvent> found = new ArrayList<>();
        String project = openLogs.get(batch.projectKey());
        if (project == null || (query.project() != null && !query.project().equals(project))) {
            return found;
        }
        int count = batch.events().size();
        for (int i = 0; i < count; i++) {
            long sequence = last - count + 1 + i;
            ProjectEvent event = batch.events().get(i);
            if (query.includes(sequence) && query.matches(event)) {
                found.add(new StoredEvent(sequence, EventIds.of(batch.id(), i), project, batch.receivedTime(), event));
            }
        }
        return query.order() == Order.NEWEST ? found.reversed() : found;
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    @Override
    public long count(EventQuery query) {
        long count = 0;
        for (StoredEvent _ : all(query)) {
            count++;
        }
        return count;
    }
}
