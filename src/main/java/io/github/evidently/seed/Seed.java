package io.github.evidently.seed;

import io.github.evidently.project.CreateProjectRequest;
import java.util.List;
import java.util.Map;

/**
 * The resources that a seed adds.
 *
 * @param steps in the order in which they refer to each other
 * @param projects the requests that create its projects, by name
 */
record Seed(List<SeedStep> steps, Map<String, CreateProjectRequest> projects) {

    static final Seed NONE = new Seed(List.of(), Map.of());
}
