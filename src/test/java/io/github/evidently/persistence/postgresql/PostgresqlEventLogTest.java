package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogContract;
import io.github.evidently.persistence.EventLogFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;

class PostgresqlEventLogTest extends EventLogContract {

    private PostgresqlPersistence persistence;

    @Override
    protected EventLogFixture open() {
        persistence = new PostgresqlPersistence(
                PostgresqlServer.newStore(), EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
        return new EventLogFixture(persistence.documents(), persistence.events());
    }

    @Override
    protected void afterDeletion() {
        persistence.housekeeping().run();
    }

    @AfterEach
    void close() {
        persistence.close();
    }
}
