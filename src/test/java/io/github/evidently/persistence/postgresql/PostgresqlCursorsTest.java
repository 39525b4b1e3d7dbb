package io.github.evidently.persistence.postgresql;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.Cursors;
import io.github.evidently.persistence.CursorsContract;
import io.github.evidently.persistence.EventLogFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;

class PostgresqlCursorsTest extends CursorsContract {

    private PostgresqlPersistence persistence;

    @Override
    protected Cursors open() {
        persistence = new PostgresqlPersistence(
                PostgresqlServer.newStore(), EventLogFixture.PROPERTIES, new Arrivals(), new SimpleMeterRegistry());
        return persistence.cursors();
    }

    @AfterEach
    void close() {
        persistence.close();
    }
}
