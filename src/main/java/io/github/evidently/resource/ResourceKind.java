package io.github.evidently.resource;

/** The kinds of resources that quotas limit. */
public enum ResourceKind {
    PROJECT,
    SEGMENT,
    FEATURE,
    LAUNCH,
    EXPERIMENT,
    RUNNING_LAUNCH,
    RUNNING_EXPERIMENT
}
