package io.github.evidently.fault;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.error.ValidationException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The injected faults in the order in which they were added, as all nodes see them. Immutable.
 *
 * @param lastId the highest id that was given
 */
record FaultList(long lastId, List<Item> faults) {

    static final FaultList NONE = new FaultList(0, List.of());

    /**
     * A fault.
     *
     * @param rule a rule without errors and with a seed
     * @param fired how many calls the nodes have reported as hit
     */
    record Item(String id, FaultRule rule, long fired) {}

    /** @throws ValidationException when there are {@value Faults#MAX} faults */
    FaultList plus(FaultRule rule) {
        if (faults.size() >= Faults.MAX) {
            throw ValidationException.of("There are " + Faults.MAX + " faults already", Reason.OTHER, List.of());
        }
        List<Item> all = new ArrayList<>(faults);
        all.add(new Item(Long.toString(lastId + 1), rule, 0));
        return new FaultList(lastId + 1, all);
    }

    /** Adds the rules that another node has not added before. */
    FaultList plusMissing(List<FaultRule> rules) {
        List<Item> left = new ArrayList<>(faults);
        FaultList all = this;
        for (FaultRule rule : rules) {
            Item same = left.stream()
                    .filter(item -> item.rule.withSeed(rule.seed()).equals(rule))
                    .findFirst()
                    .orElse(null);
            if (same == null) {
                all = all.plus(Faults.withSeed(rule));
            } else {
                left.remove(same);
            }
        }
        return all;
    }

    FaultList minus(Predicate<FaultRule> rules) {
        return new FaultList(
                lastId, faults.stream().filter(item -> !rules.test(item.rule)).toList());
    }

    @Nullable
    Item find(String id) {
        return faults.stream().filter(item -> item.id.equals(id)).findFirst().orElse(null);
    }

    /** @throws ResourceNotFoundException when there is no fault of that id */
    FaultList minus(String id) {
        if (find(id) == null) {
            throw ResourceNotFoundException.of("There is no fault with the id '" + id + "'", id, "fault");
        }
        return new FaultList(
                lastId, faults.stream().filter(item -> !item.id.equals(id)).toList());
    }

    /** Adds hits by id; those of faults that are gone are dropped. */
    FaultList plusFired(Map<String, Long> fired) {
        return new FaultList(
                lastId,
                faults.stream()
                        .map(item -> new Item(item.id, item.rule, item.fired + fired.getOrDefault(item.id, 0L)))
                        .toList());
    }

    /** Adds one hit to a fault, unless that would be more than its rule allows: then this is returned. */
    FaultList claim(String id) {
        Item item = find(id);
        boolean isAllowed = item != null && (item.rule.count() == null || item.fired < item.rule.count());
        return isAllowed ? plusFired(Map.of(id, 1L)) : this;
    }
}
