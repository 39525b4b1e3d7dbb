package io.github.evidently.project;

import io.github.evidently.catalog.CatalogsFixture;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.store.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A registry over a database, for tests of other modules. */
public final class ProjectFixture {

    private final ProjectRegistry registry;

    public ProjectFixture(Database database, String... seeds) {
        this.registry = new ProjectRegistry(
                new ServerIdentity("000000000000", "us-east-1"),
                new ProjectProperties(List.of(seeds)),
                new ProjectStore(),
                database,
                (_, _, _) -> {},
                Clock.systemUTC(),
                List.of(),
                CatalogsFixture.none());
    }

    public ProjectRegistry registry() {
        return registry;
    }

    public void create(String name) {
        registry.create(new Project(0, name, null, Instant.EPOCH, Instant.EPOCH, null, null, Map.of()));
    }

    public void delete(String name) {
        registry.delete(new ProjectRef.ByName(name));
    }
}
