package io.github.evidently.seed;

import io.github.evidently.project.ProjectRegistry;
import java.nio.file.Path;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Adds what the seed has and the server has not; what exists stays as it is. Thread-safe.
 *
 * <p>The seed is read once, and applied before the server takes connections.
 */
@Component
public class Seeder {

    private final ProjectRegistry projects;
    private final List<SeedStep> steps;

    Seeder(SeedProperties properties, SeedReader reader, ProjectRegistry projects) {
        String location = properties.location();
        this.projects = projects;
        this.steps = location == null || location.isBlank() ? List.of() : reader.read(Path.of(location));
        steps.forEach(SeedStep::run);
    }

    /**
     * Resets all projects and applies the seed again.
     *
     * <p>The reset is one step, and each resource of the seed is another: whoever asks meanwhile may see some of them.
     */
    public synchronized void reset() {
        projects.reset();
        steps.forEach(SeedStep::run);
    }
}
