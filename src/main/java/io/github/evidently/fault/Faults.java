package io.github.evidently.fault;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** Holds the injected faults in the order in which they were added. In memory; thread-safe. */
@Component
public class Faults {

    /** The maximum number of faults. */
    static final int MAX = 100;

    private final AtomicLong lastId = new AtomicLong();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    Faults(FaultProperties properties) {
        properties.faults().forEach(this::add);
    }

    /** Removes all faults, including the configured ones. */
    public void clear() {
        faults.clear();
    }

    /** Removes the faults that name the project. */
    public void clear(String project) {
        faults.removeIf(fault -> fault.isOnlyAbout(project));
    }

    /** Returns all faults; costs nothing when there are none. */
    List<Fault> all() {
        return faults;
    }

    /**
     * Adds a rule and activates it.
     *
     * @throws ValidationException naming each invalid member, or when there are {@value #MAX} faults
     */
    Fault add(FaultRule rule) {
        var violations = rule.violations();
        if (!violations.isEmpty()) {
            throw ValidationException.fields(violations);
        }
        synchronized (faults) {
            if (faults.size() == MAX) {
                throw ValidationException.of("There are " + MAX + " faults already", Reason.OTHER, new ArrayList<>());
            }
            Fault fault = new Fault(Long.toString(lastId.incrementAndGet()), rule);
            faults.add(fault);
            return fault;
        }
    }

    /**
     * Removes a fault and returns it.
     *
     * @throws ResourceNotFoundException when there is no fault of that id
     */
    Fault remove(String id) {
        Fault found = faults.stream()
                .filter(fault -> fault.id().equals(id))
                .findFirst()
                .orElse(null);
        if (found != null && faults.remove(found)) {
            return found;
        }
        throw ResourceNotFoundException.of("There is no fault with the id '" + id + "'", id, "fault");
    }
}
