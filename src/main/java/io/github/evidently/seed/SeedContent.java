package io.github.evidently.seed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resources of a seed as they stand in its files, in the form of the create operations. */
record SeedContent(List<SeedObject> segments, List<ProjectContent> projects) {

    /**
     * A project and what stands in it.
     *
     * @param name that of the directory that names it; null when {@code project} has it
     * @param source where to say that the project is wrong
     * @param project null when nothing but its name is known
     */
    record ProjectContent(
            @Nullable String name,
            SeedObject source,
            @Nullable SeedObject project,
            List<SeedObject> features,
            List<SeedObject> launches,
            List<SeedObject> experiments) {}

    /** The content of a file with {@code segments} and {@code projects}; both are taken from it. */
    static SeedContent take(SeedObject file) {
        return new SeedContent(
                file.takeList("segments"),
                file.takeList("projects").stream()
                        .map(project -> new ProjectContent(
                                null,
                                project,
                                project,
                                project.takeList("features"),
                                project.takeList("launches"),
                                project.takeList("experiments")))
                        .toList());
    }
}
