package io.github.evidently.persistence;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Health indicator of the store: up while it can commit. */
@Component("storeHealthIndicator")
class StoreHealthIndicator implements HealthIndicator {

    private final Persistence persistence;

    StoreHealthIndicator(Persistence persistence) {
        this.persistence = persistence;
    }

    @Override
    public Health health() {
        return persistence.canCommit()
                ? Health.up().build()
                : Health.down().withDetail("reason", "the store cannot commit").build();
    }
}
