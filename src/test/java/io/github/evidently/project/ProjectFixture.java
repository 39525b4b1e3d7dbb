package io.github.evidently.project;

import io.github.evidently.persistence.DocumentStore;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.StateProperties;
import java.time.Clock;
import java.util.List;

/** A registry over a store, for tests of other modules. */
public final class ProjectFixture {

    private ProjectFixture() {}

    public static ProjectRegistry registry(DocumentStore documents, String... names) {
        return new ProjectRegistry(
                new ServerIdentity("000000000000", "us-east-1"),
                new ProjectProperties(List.of(names)),
                new ControlPlane(documents, List.of(Project.PROJECTS), new StateProperties(null)),
                (_, _, _) -> {},
                Clock.systemUTC(),
                List.of());
    }
}
