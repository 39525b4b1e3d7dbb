package io.github.evidently.seed;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resources of a seed as its files have them, in the form of the create operations. */
record SeedContent(List<SeedObject> segments, List<ProjectContent> projects) {

    /**
     * A project and the resources in it.
     *
     * @param name the name of its directory; null when {@code project} has the name
     * @param source the place to report for a violation in the project
     * @param project null when nothing but its name is known
     */
    record ProjectContent(
            @Nullable String name,
            SeedObject source,
            @Nullable SeedObject project,
            List<SeedObject> features,
            List<SeedObject> launches,
            List<SeedObject> experiments) {}

    /** Takes the content of a file with {@code segments} and {@code projects}, and removes both from it. */
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
