package io.github.evidently.access;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** What shall go wrong on purpose, in the order in which it was asked for. In memory; thread-safe. */
@Component
public class Faults {

    /** How many there may be. */
    static final int MAX = 100;

    private final AtomicLong lastId = new AtomicLong();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    Faults(AccessProperties properties) {
        properties.faults().forEach(this::add);
    }

    /** Removes all, those of the configuration too. */
    public void clear() {
        faults.clear();
    }

    /** Removes those that name the project. */
    public void clear(String project) {
        faults.removeIf(fault -> fault.isOnlyAbout(project));
    }

    /** All; free of cost when there are none. */
    List<Fault> all() {
        return faults;
    }

    /**
     * Puts a rule in force.
     *
     * @throws ValidationException naming what makes no sense, or when there are {@value #MAX}
     */
    Fault add(FaultRule rule) {
        var faulty = rule.faults();
        if (!faulty.isEmpty()) {
            throw ValidationException.fields(faulty);
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
     * Removes one and returns it.
     *
     * @throws ResourceNotFoundException when there is none of that id
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
