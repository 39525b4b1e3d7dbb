package io.github.evidently.project;

import io.github.evidently.resource.ServerIdentity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of CreateProject, GetProject and UpdateProject. */
record ProjectResponse(ProjectDetails project) {

    static ProjectResponse of(Project project, ProjectCounts counts, ServerIdentity identity) {
        return new ProjectResponse(new ProjectDetails(
                counts.activeExperiments(),
                counts.activeLaunches(),
                project.appConfigResource(),
                identity.projectArn(project.name()),
                project.createdTime().getEpochSecond(),
                project.dataDelivery(),
                project.description(),
                counts.experiments(),
                counts.features(),
                project.lastUpdatedTime().getEpochSecond(),
                counts.launches(),
                project.name(),
                "AVAILABLE",
                project.tags()));
    }

    /** Model shape {@code Project}: times in whole epoch seconds, which every SDK reads. */
    record ProjectDetails(
            long activeExperimentCount,
            long activeLaunchCount,
            @Nullable AppConfigResource appConfigResource,
            String arn,
            long createdTime,
            @Nullable DataDelivery dataDelivery,
            @Nullable String description,
            long experimentCount,
            long featureCount,
            long lastUpdatedTime,
            long launchCount,
            String name,
            String status,
            Map<String, String> tags) {}
}
