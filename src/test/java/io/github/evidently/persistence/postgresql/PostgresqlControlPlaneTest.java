package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.StoreProperties;
import io.github.evidently.state.ControlPlaneContract;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

class PostgresqlControlPlaneTest extends ControlPlaneContract {

    private final StoreProperties store = PostgresqlServer.newStore();

    private @Nullable PostgresqlPersistence persistence;

    @Override
    protected DocumentStore open() {
        close();
        PostgresqlPersistence opened =
                new PostgresqlPersistence(store, EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
        persistence = opened;
        return opened.documents();
    }

    @AfterEach
    void close() {
        if (persistence != null) {
            persistence.close();
        }
    }
}
