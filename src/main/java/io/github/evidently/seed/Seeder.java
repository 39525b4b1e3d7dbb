package io.github.evidently.seed;

import io.github.evidently.project.ProjectRegistry;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/**
 * Adds the resources of the seed that do not exist on the server; existing ones stay unchanged. Thread-safe.
 *
 * <p>The seed is read once, and applied before the server takes connections.
 */
@Component
public class Seeder {

    private final ProjectRegistry projects;
    private final Seed seed;

    Seeder(SeedProperties properties, SeedReader reader, ProjectRegistry projects) {
        String location = properties.location();
        this.projects = projects;
        this.seed = location == null || location.isBlank() ? Seed.NONE : reader.read(Path.of(location));
        seed.steps().forEach(SeedStep::run);
    }

    /**
     * Resets all projects and applies the seed again.
     *
     * <p>The reset is one atomic step, and each resource of the seed is another: a concurrent request may see only some
     * of them.
     */
    public synchronized void reset() {
        projects.reset();
        seed.steps().forEach(SeedStep::run);
    }

    /**
     * Resets one project and applies its part of the seed again.
     *
     * <p>Segments stay. Missing segments of the seed are added, because resources in the project may refer to them.
     */
    public synchronized void reset(String project) {
        projects.reset(project, seed.projects().get(project));
        seed.steps().stream().filter(step -> step.concerns(project)).forEach(SeedStep::run);
    }
}
