package io.github.evidently.experiment;

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

/** Tells projects, features and segments which experiments refer to them; those modules do not know experiments. */
@Component
class ExperimentReferences implements ProjectContents, FeatureRules, SegmentReferences {

    private final ServerIdentity identity;

    ExperimentReferences(ServerIdentity identity) {
        this.identity = identity;
    }

    @Override
    public ProjectCounts counts(State state, String project) {
        long running = state.stream(Experiment.EXPERIMENTS, project)
                .filter(Experiment::isRunning)
                .count();
        return new ProjectCounts(0, 0, 0, state.count(Experiment.EXPERIMENTS, project), running);
    }

    @Override
    public Stream<FeatureRule> of(State state, String project, String feature) {
        return state.stream(Experiment.EXPERIMENTS, project)
                .filter(experiment -> experiment.uses(feature))
                .map(experiment -> new FeatureRule(
                        Experiment.KIND,
                        experiment.name(),
                        Experiment.TYPE,
                        experiment.status(),
                        experiment.treatments().stream()
                                .map(treatment -> treatment.featureVariations().get(feature))
                                .filter(Objects::nonNull)
                                .collect(Collectors.toSet())));
    }

    @Override
    public Type type() {
        return Type.EXPERIMENT;
    }

    @Override
    public Stream<RefResource> of(State state, String segment) {
        return state.stream(Experiment.EXPERIMENTS)
                .filter(experiment -> segment.equals(experiment.segment()))
                .map(experiment -> RefResource.of(
                        identity.arn(experiment.project(), Experiment.KIND, experiment.name()),
                        experiment.name(),
                        Experiment.TYPE,
                        experiment.status(),
                        experiment.execution(),
                        experiment.lastUpdatedTime()));
    }
}
