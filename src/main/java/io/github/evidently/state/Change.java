package io.github.evidently.state;

import io.github.evidently.persistence.DocumentKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a rule makes to the state, and the result that its caller gets once they are durable.
 *
 * <p>Use one of the factory methods for a single resource, or {@link #of} and the methods that add to it.
 */
public final class Change<T extends @Nullable Object> {

    /** A step of a change. */
    sealed interface Step {

        record Put(Kind<?> kind, Resource<?> resource) implements Step {}

        record Remove(DocumentKey key) implements Step {}

        record OpenLog(long projectKey, String name) implements Step {}

        record CloseLog(long projectKey) implements Step {}
    }

    private final T result;
    private final List<Step> steps = new ArrayList<>();

    private Change(T result) {
        this.result = result;
    }

    /** Adds or replaces a resource, which is the result. */
    public static <T extends Resource<T>> Change<T> put(Kind<T> kind, T resource) {
        return new Change<>(resource).andPut(kind, resource);
    }

    /** Removes a resource, which is the result. */
    public static <T extends Resource<T>> Change<T> remove(Kind<T> kind, T resource) {
        return new Change<>(resource).andRemove(kind, resource);
    }

    /** Changes nothing yet. */
    public static <T extends @Nullable Object> Change<T> of(T result) {
        return new Change<>(result);
    }

    /** Adds or replaces a resource, too. */
    public <R extends Resource<R>> Change<T> andPut(Kind<R> kind, R resource) {
        steps.add(new Step.Put(kind, resource));
        return this;
    }

    /** Removes a resource, too. */
    public <R extends Resource<R>> Change<T> andRemove(Kind<R> kind, R resource) {
        return andRemove(new DocumentKey(kind.name(), resource.project(), resource.name()));
    }

    /** Removes all resources of a kind in a project, too. */
    public Change<T> andRemoveAll(State state, Kind<?> kind, String project) {
        state.keys(kind, project).forEach(this::andRemove);
        return this;
    }

    /** Removes all resources of a kind, too. */
    public Change<T> andRemoveAll(State state, Kind<?> kind) {
        state.keys(kind).forEach(this::andRemove);
        return this;
    }

    /** Lets the event log take events of a project, too. */
    public Change<T> andOpenLog(long projectKey, String name) {
        steps.add(new Step.OpenLog(projectKey, name));
        return this;
    }

    /** Makes the event log refuse and hide events of a project, too. */
    public Change<T> andCloseLog(long projectKey) {
        steps.add(new Step.CloseLog(projectKey));
        return this;
    }

    private Change<T> andRemove(DocumentKey key) {
        steps.add(new Step.Remove(key));
        return this;
    }

    T result() {
        return result;
    }

    Set<String> projects() {
        Set<String> projects = new HashSet<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Put(Kind<?> _, Resource<?> resource) -> projects.add(resource.project());
                case Step.Remove(DocumentKey key) -> projects.add(key.project());
                case Step.OpenLog _, Step.CloseLog _ -> {}
            }
        }
        return projects;
    }

    List<Step> steps() {
        return steps;
    }
}
