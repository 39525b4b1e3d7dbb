package io.github.evidently.experiment;

import io.github.evidently.catalog.Catalog;
import io.github.evidently.feature.FeatureRules;
import io.github.evidently.project.ProjectContents;
import io.github.evidently.project.ProjectCounts;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.segment.SegmentReferences;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** What experiments use, as the owners of that ask: they may not know of experiments. */
@Component
class ExperimentUses implements ProjectContents, FeatureRules, SegmentReferences {

    private final Catalog<Experiment> catalog;
    private final ServerIdentity identity;

    ExperimentUses(Catalog<Experiment> catalog, ServerIdentity identity) {
        this.catalog = catalog;
        this.identity = identity;
    }

    @Override
    public ProjectCounts counts(String project) {
        long running = catalog.stream(project).filter(Experiment::isRunning).count();
        return new ProjectCounts(0, 0, 0, catalog.count(project), running);
    }

    @Override
    public Stream<FeatureRule> of(String project, String feature) {
        return catalog.stream(project)
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
    public Stream<RefResource> of(String segment) {
        return catalog.stream()
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
