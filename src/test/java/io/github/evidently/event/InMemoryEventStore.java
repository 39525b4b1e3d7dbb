package io.github.evidently.event;

import io.github.evidently.error.ResourceNotFoundException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** The log as a list, for tests of what stands before it. */
public class InMemoryEventStore implements EventStore {

    protected final List<StoredEvent> log = new ArrayList<>();
    private final Map<String, Integer> projects = new HashMap<>();
    private final Map<Call, UUID> calls = new HashMap<>();
    private int lastProject;
    private long lastSequence;

    private record Call(int project, UUID key) {}

    public synchronized long createProject(String name) {
        projects.put(name, ++lastProject);
        return lastProject;
    }

    public synchronized void deleteProject(String name) {
        projects.remove(name);
        log.removeIf(event -> event.project().equals(name));
    }

    @Override
    public synchronized UUID append(EventBatch batch) {
        if (!projects.containsKey(batch.project())) {
            throw ResourceNotFoundException.dataPlane("project", batch.project());
        }
        if (batch.callKey() != null) {
            UUID first = calls.putIfAbsent(new Call(projects.get(batch.project()), batch.callKey()), batch.id());
            if (first != null) {
                return first;
            }
        }
        for (int i = 0; i < batch.events().size(); i++) {
            log.add(new StoredEvent(
                    ++lastSequence,
                    EventIds.of(batch.id(), i),
                    batch.project(),
                    batch.receivedTime(),
                    batch.events().get(i)));
        }
        return batch.id();
    }

    @Override
    public synchronized void appendAll(long projectId, List<EventBatch> batches) {
        String project = batches.getFirst().project();
        if (projects.containsKey(project) && projects.get(project) != projectId) {
            throw ResourceNotFoundException.dataPlane("project", project);
        }
        batches.forEach(this::append);
    }

    @Override
    public synchronized void read(EventQuery query, Predicate<StoredEvent> visitor) {
        List<StoredEvent> seen = List.copyOf(log);
        for (StoredEvent event : query.order() == EventQuery.Order.NEWEST ? seen.reversed() : seen) {
            if (matches(event, query) && !visitor.test(event)) {
                return;
            }
        }
    }

    @Override
    public synchronized long lastSequence() {
        return lastSequence;
    }

    @Override
    public synchronized long count(EventQuery query) {
        return log.stream().filter(event -> matches(event, query)).count();
    }

    private static boolean matches(StoredEvent event, EventQuery query) {
        return query.includes(event.sequence())
                && (query.project() == null || event.project().equals(query.project()))
                && (query.type() == null || event.event().type() == query.type())
                && (query.since() == null || !event.event().timestamp().isBefore(query.since()))
                && (query.until() == null || event.event().timestamp().isBefore(query.until()));
    }
}
