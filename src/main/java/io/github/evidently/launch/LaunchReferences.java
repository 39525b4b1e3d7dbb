package io.github.evidently.launch;

import io.github.evidently.feature.FeatureRules;
import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentReferences;
import io.github.evidently.state.State;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Tells projects, features and segments which launches refer to them; those modules do not know launches. */
@Component
class LaunchReferences implements ProjectContents, FeatureRules, SegmentReferences {

    private final ServerIdentity identity;

    LaunchReferences(ServerIdentity identity) {
        this.identity = identity;
    }

    @Override
    public ProjectCounts counts(State state, String project) {
        long running =
                state.stream(Launch.LAUNCHES, project).filter(Launch::isRunning).count();
        return new ProjectCounts(0, state.count(Launch.LAUNCHES, project), running, 0, 0);
    }

    @Override
    public Stream<FeatureRule> of(State state, String project, String feature) {
        return state.stream(Launch.LAUNCHES, project)
                .filter(launch -> launch.uses(feature))
                .map(launch -> new FeatureRule(
                        Launch.KIND,
                        launch.name(),
                        Launch.TYPE,
                        launch.status(),
                        launch.groups().stream()
                                .map(group -> group.featureVariations().get(feature))
                                .filter(Objects::nonNull)
                                .collect(Collectors.toSet())));
    }

    @Override
    public Type type() {
        return Type.LAUNCH;
    }

    @Override
    public Stream<RefResource> of(State state, String segment) {
        return state.stream(Launch.LAUNCHES)
                .filter(launch -> uses(launch, segment))
                .map(launch -> RefResource.of(
                        identity.arn(launch.project(), Launch.KIND, launch.name()),
                        launch.name(),
                        Launch.TYPE,
                        launch.status(),
                        launch.execution(),
                        launch.lastUpdatedTime()));
    }

    private static boolean uses(Launch launch, String segment) {
        return launch.steps() != null
                && launch.steps().stream()
                        .flatMap(step -> step.overrides().stream())
                        .anyMatch(override -> override.segment().equals(segment));
    }
}
