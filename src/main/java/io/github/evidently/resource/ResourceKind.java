package io.github.evidently.resource;

/** What an account may have only so many of; of launches and experiments also how many may run. */
public enum ResourceKind {
    PROJECT,
    SEGMENT,
    FEATURE,
    LAUNCH,
    EXPERIMENT,
    RUNNING_LAUNCH,
    RUNNING_EXPERIMENT
}
