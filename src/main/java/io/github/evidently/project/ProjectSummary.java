package io.github.evidently.project;

import io.github.evidently.resource.ServerIdentity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Model shape {@code ProjectSummary}: a project without data delivery and AppConfig. */
record ProjectSummary(
        long activeExperimentCount,
        long activeLaunchCount,
        String arn,
        long createdTime,
        @Nullable String description,
        long experimentCount,
        long featureCount,
        long lastUpdatedTime,
        long launchCount,
        String name,
        String status,
        Map<String, String> tags) {

    static ProjectSummary of(Project project, ProjectCounts counts, ServerIdentity identity) {
        return new ProjectSummary(
                counts.activeExperiments(),
                counts.activeLaunches(),
                identity.projectArn(project.name()),
                project.createdTime().getEpochSecond(),
                project.description(),
                counts.experiments(),
                counts.features(),
                project.lastUpdatedTime().getEpochSecond(),
                counts.launches(),
                project.name(),
                "AVAILABLE",
                project.tags());
    }
}
