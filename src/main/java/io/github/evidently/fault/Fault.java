package io.github.evidently.fault;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.evidently.fault.FaultEffect.RejectEntries;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.EntryFault;
import io.github.evidently.wire.EpochSeconds;
import io.github.evidently.wire.Operation;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * An active rule of fault injection. Its seed decides which calls it hits: it draws one number for each call that it
 * applies to.
 *
 * <p>Thread-safe. The same sequence of calls is hit in the same way; for concurrent calls the order of arrival counts. Each node
 * draws numbers of its own, from the same seed.
 */
final class Fault {

    private final String id;
    private final FaultRule rule;
    private final FaultEffect effect;
    private final double probability;
    private final long seed;
    private final Random random;

    /** How many calls this node has hit that the others do not know of. */
    private long fired;

    /** How many calls were hit, as all nodes know. */
    private long firedKnown;

    /** @param rule a rule without errors and with a seed */
    Fault(String id, FaultRule rule) {
        if (rule.effect() == null || rule.seed() == null) {
            throw new IllegalArgumentException("the rule was not checked");
        }
        this.id = id;
        this.rule = rule;
        this.effect = rule.effect();
        this.probability = rule.probability() == null ? 1 : rule.probability();
        this.seed = rule.seed();
        this.random = new Random(seed);
    }

    String id() {
        return id;
    }

    FaultEffect effect() {
        return effect;
    }

    /** Tells whether it applies to such a call. */
    boolean isAbout(Operation operation, String rawPath, ServerIdentity identity) {
        if (!FaultRule.ALL.equals(rule.operation()) && !operation.name().equals(rule.operation())) {
            return false;
        }
        if (rule.project() == null) {
            return true;
        }
        String project = operation.labels(rawPath).get("project");
        return rule.project().equals(project)
                || identity.projectArn(rule.project()).equals(project);
    }

    /** Tells whether it has a limited number of hits. */
    boolean isCounted() {
        return rule.count() != null;
    }

    /** Tells whether it hits the next call that it applies to, unless other nodes have hit the last one that it may. */
    boolean drawsHit(Instant now) {
        synchronized (random) {
            return isActive(now) && random.nextDouble() < probability;
        }
    }

    /** Tells whether it hits the next call that it applies to, and counts the hit. */
    boolean hits(Instant now) {
        synchronized (random) {
            if (!drawsHit(now)) {
                return false;
            }
            fired++;
            return true;
        }
    }

    /** Returns how many hits the other nodes do not know of, and counts them no longer: they come back as known. */
    long takeFired() {
        synchronized (random) {
            long taken = fired;
            fired = 0;
            return taken;
        }
    }

    /** Counts hits again that were taken. */
    void putBack(long taken) {
        synchronized (random) {
            fired += taken;
        }
    }

    /** Sets how many calls were hit, as all nodes know. */
    void setKnown(long known) {
        synchronized (random) {
            firedKnown = known;
        }
    }

    /** Returns the next number of its sequence, 0 to 1. */
    double draw() {
        synchronized (random) {
            return random.nextDouble();
        }
    }

    /** Returns its effect on entries. */
    EntryFault entryFault(RejectEntries entries) {
        double fraction = entries.fraction() == null ? 1 : entries.fraction();
        String code = entries.errorCode() == null ? "InternalServerException" : entries.errorCode();
        String message = entries.errorMessage() == null ? "A fault on purpose" : entries.errorMessage();
        return new EntryFault() {
            @Override
            public boolean refusesNext() {
                return draw() < fraction;
            }

            @Override
            public String errorCode() {
                return code;
            }

            @Override
            public String errorMessage() {
                return message;
            }
        };
    }

    /** Returns the rule in a few words of bounded length, for the log. */
    @Override
    public String toString() {
        return "fault " + id + " for " + rule.operation() + (rule.project() == null ? "" : " in " + rule.project());
    }

    private boolean isActive(Instant now) {
        return (rule.count() == null || firedKnown + fired < rule.count())
                && (rule.until() == null || now.isBefore(rule.until()));
    }

    /**
     * A rule as the API shows it.
     *
     * @param until in seconds since 1970
     * @param fired how many calls it has hit, on all nodes
     * @param active whether it can hit another
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record View(
            String id,
            @Nullable String operation,
            @Nullable String project,
            double probability,
            @Nullable Long count,
            long seed,
            @Nullable BigDecimal until,
            FaultEffect effect,
            long fired,
            boolean active) {}

    View toView(Instant now) {
        synchronized (random) {
            return new View(
                    id,
                    rule.operation(),
                    rule.project(),
                    probability,
                    rule.count(),
                    seed,
                    rule.until() == null ? null : EpochSeconds.withMillis(rule.until()),
                    effect,
                    firedKnown + fired,
                    isActive(now));
        }
    }
}
