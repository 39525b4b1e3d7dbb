package io.github.evidently.project;

/**
 * The numbers of resources in a project (members of model shape {@code Project}): all that exist, and those that are
 * running.
 */
public record ProjectCounts(
        long features, long launches, long activeLaunches, long experiments, long activeExperiments) {

    static final ProjectCounts NONE = new ProjectCounts(0, 0, 0, 0, 0);

    ProjectCounts plus(ProjectCounts other) {
        return new ProjectCounts(
                features + other.features,
                launches + other.launches,
                activeLaunches + other.activeLaunches,
                experiments + other.experiments,
                activeExperiments + other.activeExperiments);
    }

    boolean isEmpty() {
        return equals(NONE);
    }
}
