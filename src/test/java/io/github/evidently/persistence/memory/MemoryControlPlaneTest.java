package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.state.ControlPlaneContract;
import org.junit.jupiter.api.AfterEach;

class MemoryControlPlaneTest extends ControlPlaneContract {

    private final Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());

    @Override
    protected DocumentStore open() {
        return persistence.documents();
    }

    @AfterEach
    void close() {
        persistence.close();
    }
}
