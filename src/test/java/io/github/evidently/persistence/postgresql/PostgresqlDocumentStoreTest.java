package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStoreContract;
import io.github.evidently.persistence.EventLogFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;

class PostgresqlDocumentStoreTest extends DocumentStoreContract {

    private PostgresqlPersistence persistence;

    @Override
    protected Stores open() {
        persistence = new PostgresqlPersistence(
                PostgresqlServer.newStore(), EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
        return new Stores(persistence.documents(), persistence.events());
    }

    @AfterEach
    void close() {
        persistence.close();
    }
}
