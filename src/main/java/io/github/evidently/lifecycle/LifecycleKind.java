package io.github.evidently.lifecycle;

import io.github.evidently.resource.ResourceKind;
import io.github.evidently.state.Kind;
import io.github.evidently.state.State;
import java.util.stream.Stream;

/**
 * Describes a kind of resources that have a lifecycle: launches or experiments.
 *
 * @param title the word that begins a sentence about one, for example {@code Launch}
 * @param type the model's name of what it does, for example {@code aws.evidently.splits}
 * @param quota limits how many exist in a project
 * @param runningQuota limits how many of them run
 */
public record LifecycleKind<T extends LifecycleResource<T>>(
        Kind<T> kind, String title, String type, ResourceKind quota, ResourceKind runningQuota) {

    /** Returns the name of the kind in ARNs. */
    public String name() {
        return kind.name();
    }

    /** Counts those of a project that run. */
    public long countRunning(State state, String project) {
        return running(state, project).count();
    }

    Stream<T> running(State state, String project) {
        return state.stream(kind, project).filter(resource -> resource.status().isRunning());
    }

    /** Returns those that serve a feature, whatever their status, in the order of their names. */
    public Stream<T> usersOfFeature(State state, String project, String feature) {
        return state.stream(kind, project).filter(resource -> resource.uses(feature));
    }

    /** Returns those that use a segment, whatever their status, in the order of projects, then names. */
    public Stream<T> usersOfSegment(State state, String segment) {
        return state.stream(kind).filter(resource -> resource.usesSegment(segment));
    }
}
