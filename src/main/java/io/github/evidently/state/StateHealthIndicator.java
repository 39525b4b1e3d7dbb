package io.github.evidently.state;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** The part "state" of readiness: up while this node knows what other nodes have changed. */
@Component("stateHealthIndicator")
class StateHealthIndicator implements HealthIndicator {

    private final StateRefresh refresh;

    StateHealthIndicator(StateRefresh refresh) {
        this.refresh = refresh;
    }

    @Override
    public Health health() {
        return refresh.isStale()
                ? Health.down()
                        .withDetail("reason", "the changes of other servers could not be read for too long")
                        .build()
                : Health.up().build();
    }
}
