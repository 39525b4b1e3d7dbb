package io.github.evidently.fault;

import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.fault.FaultList.Item;
import io.github.evidently.state.SharedValue;
import io.github.evidently.state.SharedValues;
import io.github.evidently.state.StateRefresh;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Holds the injected faults in the order in which they were added. Thread-safe.
 *
 * <p>Nodes that share a store have the same faults. A hit of a rule with a {@code count} is then a change of the store, so that all
 * nodes together hit no more calls than that; other hits are added up a moment later. On a store of one node everything is in
 * memory.
 */
@Component
public class Faults {

    /** The maximum number of faults. */
    static final int MAX = 100;

    /** The minimum time between two reports of hits to the other nodes. */
    private static final Duration REPORT_PAUSE = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(Faults.class);

    private final SharedValue<FaultList> list;
    private final boolean isShared;
    private volatile List<Fault> faults = List.of();
    private long nextReport = System.nanoTime();

    Faults(FaultProperties properties, SharedValues values, StateRefresh refresh) {
        this.isShared = values.isShared();
        this.list = values.open("faults", FaultList.class, FaultList.NONE, this::changed);
        List<FaultRule> rules = properties.faults();
        if (!rules.isEmpty()) {
            FaultList _ = list.update(before -> before.plusMissing(rules));
        }
        refresh.onEachLook(this::reportHits);
    }

    /** Keeps the faults that go on, with the numbers that they have drawn. */
    private void changed(FaultList next) {
        Map<String, Fault> before = faults.stream().collect(Collectors.toMap(Fault::id, Function.identity()));
        List<Fault> after = new ArrayList<>();
        for (Item item : next.faults()) {
            Fault fault = before.getOrDefault(item.id(), new Fault(item.id(), item.rule()));
            fault.setKnown(item.fired());
            after.add(fault);
        }
        faults = List.copyOf(after);
    }

    /** Removes all faults, including the configured ones. */
    public void clear() {
        FaultList _ = list.update(before -> new FaultList(before.lastId(), List.of()));
    }

    /** Removes the faults that name the project. */
    public void clear(String project) {
        FaultList _ = list.update(before -> before.minus((FaultRule rule) -> project.equals(rule.project())));
    }

    /** Returns all faults; costs nothing when there are none. */
    List<Fault> all() {
        return faults;
    }

    /** Tells whether a fault hits the next call that it applies to, and counts the hit. */
    boolean hit(Fault fault, Instant now) {
        if (!isShared || !fault.isCounted()) {
            return fault.hits(now);
        }
        return fault.drawsHit(now) && claim(fault);
    }

    /** A store that cannot commit injects no fault: it has failures of its own. */
    private boolean claim(Fault fault) {
        AtomicBoolean isClaimed = new AtomicBoolean();
        try {
            FaultList _ = list.update(before -> {
                FaultList after = before.claim(fault.id());
                isClaimed.set(!after.equals(before));
                return after;
            });
        } catch (RuntimeException e) {
            log.debug("{} is not injected", fault, e);
            return false;
        }
        return isClaimed.get();
    }

    /** Called by one thread, where nodes share a store. */
    private void reportHits() {
        if (faults.isEmpty() || nextReport - System.nanoTime() > 0) {
            return;
        }
        Map<Fault, Long> taken = new HashMap<>();
        for (Fault fault : faults) {
            long fired = fault.takeFired();
            if (fired > 0) {
                taken.put(fault, fired);
            }
        }
        if (taken.isEmpty()) {
            return;
        }
        nextReport = System.nanoTime() + REPORT_PAUSE.toNanos();
        Map<String, Long> byId = taken.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().id(), Map.Entry::getValue));
        try {
            FaultList _ = list.update(before -> before.plusFired(byId));
        } catch (RuntimeException e) {
            taken.forEach(Fault::putBack);
            throw e;
        }
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
        FaultRule seeded = withSeed(rule);
        Item added = list.update(before -> before.plus(seeded)).faults().getLast();
        return Objects.requireNonNullElseGet(find(added.id()), () -> new Fault(added.id(), added.rule()));
    }

    /**
     * Removes a fault.
     *
     * @throws ResourceNotFoundException when there is no fault of that id
     */
    void remove(String id) {
        FaultList _ = list.update(before -> before.minus(id));
    }

    private @Nullable Fault find(String id) {
        return faults.stream()
                .filter(fault -> fault.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Chooses the seed of a rule that has none; small enough for every JSON parser. */
    static FaultRule withSeed(FaultRule rule) {
        return rule.seed() == null
                ? rule.withSeed((long) ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE))
                : rule;
    }
}
