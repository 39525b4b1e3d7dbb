package io.github.evidently.feature;

import io.github.evidently.error.ConflictException;
import io.github.evidently.error.ResourceNotFoundException;
import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.LifecycleKind;
import io.github.evidently.lifecycle.LifecycleResource;
import io.github.evidently.lifecycle.ServedFeatures;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.ProjectRef;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Creates, finds, changes and deletes features. Thread-safe; see {@link ControlPlane}. */
@Component
public class FeatureRegistry implements ServedFeatures {

    private final ControlPlane controlPlane;
    private final ProjectRegistry projects;
    private final List<LifecycleKind<?>> rules;
    private final ServerIdentity identity;
    private final ResourceQuotas quotas;
    private final Clock clock;

    FeatureRegistry(
            ControlPlane controlPlane,
            ProjectRegistry projects,
            List<LifecycleKind<?>> rules,
            ServerIdentity identity,
            ResourceQuotas quotas,
            Clock clock) {
        this.controlPlane = controlPlane;
        this.projects = projects;
        this.rules = rules;
        this.identity = identity;
        this.quotas = quotas;
        this.clock = clock;
    }

    /** Returns the feature of that name. */
    public Optional<Feature> find(String project, String name) {
        return controlPlane.current().find(Feature.FEATURES, project, name);
    }

    /**
     * Returns the feature of that name in a state.
     *
     * @throws ResourceNotFoundException when there is none
     */
    public Feature require(State state, String project, String name) {
        return state.find(Feature.FEATURES, project, name)
                .orElseThrow(() -> ResourceNotFoundException.controlPlane(
                        Feature.KIND, identity.arn(project, Feature.KIND, name)));
    }

    /** Returns the features of a project in the order of their names. */
    public Stream<Feature> stream(String project) {
        return controlPlane.current().stream(Feature.FEATURES, project);
    }

    /** Returns the features of a project after that name, in the order of their names. */
    List<Feature> list(String project, @Nullable String after, int limit) {
        return controlPlane
                .current()
                .streamAfter(Feature.FEATURES, project, after)
                .limit(limit)
                .toList();
    }

    @Override
    public void requireFeatures(State state, String project, Stream<Map<String, String>> variations) {
        variations
                .flatMap(byFeature -> byFeature.keySet().stream())
                .forEachOrdered(feature -> require(state, project, feature));
    }

    @Override
    public List<String> missing(State state, String project, Stream<Map<String, String>> variations) {
        return variations
                .flatMap(byFeature -> byFeature.entrySet().stream())
                .flatMap(entry -> missing(state, project, entry.getKey(), entry.getValue()).stream())
                .distinct()
                .toList();
    }

    private static Optional<String> missing(State state, String project, String feature, String variation) {
        Optional<Feature> found = state.find(Feature.FEATURES, project, feature);
        if (found.isEmpty()) {
            return Optional.of("Feature '" + feature + "' does not exist");
        }
        return found.get().variation(variation).isPresent()
                ? Optional.empty()
                : Optional.of("Feature '" + feature + "' has no variation '" + variation + "'");
    }

    /** Returns what may decide on a feature: all launches and experiments that are not finished. */
    List<LifecycleResource<?>> openRules(Feature feature) {
        return rules(controlPlane.current(), feature)
                .filter(rule -> !rule.status().isFinished())
                .toList();
    }

    private Stream<LifecycleResource<?>> rules(State state, Feature feature) {
        return rules.stream().flatMap(kind -> kind.usersOfFeature(state, feature.project(), feature.name()));
    }

    /**
     * Adds a feature.
     *
     * @throws ValidationException naming the invalid member
     * @throws ResourceNotFoundException when the project does not exist
     * @throws ConflictException when one of that name exists
     */
    public Feature create(ProjectRef project, CreateFeatureRequest request) {
        // First, because an invalid request is reported before a project that does not exist.
        Feature feature = Feature.of(project.nameAt(identity).orElse(""), request, clock.instant());
        return controlPlane.change(state -> {
            Project _ = projects.require(state, project);
            if (state.find(Feature.FEATURES, feature.project(), feature.name()).isPresent()) {
                throw conflict(feature, "Feature with arn '" + arn(feature) + "' already exists.");
            }
            quotas.requireRoom(ResourceKind.FEATURE, arn(feature), state.count(Feature.FEATURES, feature.project()));
            return Change.put(Feature.FEATURES, feature);
        });
    }

    /**
     * Changes a feature.
     *
     * @throws ValidationException naming the invalid member
     * @throws ResourceNotFoundException when the project or the feature does not exist
     * @throws ConflictException when the change would remove a variation that a running launch or experiment may serve
     */
    Feature update(ProjectRef project, String name, UpdateFeatureRequest request) {
        return controlPlane.change(state -> {
            Feature feature = require(state, project, name);
            Feature updated = feature.updated(request, clock.instant());
            List<String> removed = feature.removed(updated);
            boolean isServed = rules(state, feature)
                    .filter(rule -> rule.status().isRunning())
                    .anyMatch(rule -> removed.stream().anyMatch(rule.variations(name)::contains));
            if (isServed) {
                throw conflict(feature, "A variation that a running launch or experiment uses cannot be removed");
            }
            return Change.put(Feature.FEATURES, updated);
        });
    }

    /**
     * Removes a feature.
     *
     * @throws ResourceNotFoundException when the project or the feature does not exist
     * @throws ConflictException when a running launch or experiment uses it; launches and experiments that do not run
     *     are left without it
     */
    void delete(ProjectRef project, String name) {
        Feature _ = controlPlane.change(state -> {
            Feature feature = require(state, project, name);
            List<String> users = rules(state, feature)
                    .filter(rule -> rule.status().isRunning())
                    .map(rule -> rule.kind().name() + " '" + rule.name() + "'")
                    .toList();
            if (!users.isEmpty()) {
                throw conflict(feature, "Feature is used by the running " + String.join(" and ", users));
            }
            return Change.remove(Feature.FEATURES, feature);
        });
    }

    /** Returns the feature that a request names. */
    Feature require(ProjectRef project, String name) {
        return require(controlPlane.current(), project, name);
    }

    private Feature require(State state, ProjectRef project, String name) {
        return require(
                state, projects.require(state, project, Feature.KIND, name).name(), name);
    }

    private String arn(Feature feature) {
        return identity.arn(feature.project(), Feature.KIND, feature.name());
    }

    private ConflictException conflict(Feature feature, String message) {
        return new ConflictException(message, arn(feature), Feature.KIND);
    }
}
