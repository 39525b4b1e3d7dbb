package io.github.evidently.store;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** The part "store" of readiness: up while the database can commit. */
@Component("storeHealthIndicator")
class StoreHealthIndicator implements HealthIndicator {

    private final Database database;

    StoreHealthIndicator(Database database) {
        this.database = database;
    }

    @Override
    public Health health() {
        return database.canCommit()
                ? Health.up().build()
                : Health.down().withDetail("reason", "the store cannot commit").build();
    }
}
