package io.github.evidently.persistence.memory;

import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.DocumentStoreContract;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;

class MemoryDocumentStoreTest extends DocumentStoreContract {

    @Override
    protected Stores open() {
        Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
        return new Stores(persistence.documents(), persistence.events());
    }
}
