package io.github.evidently.evaluation;

import io.github.evidently.catalog.CatalogObserver;
import io.github.evidently.catalog.Catalogs;
import io.github.evidently.evaluation.Evaluation.Reason;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.ExperimentRegistry;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.feature.FeatureRegistry;
import io.github.evidently.feature.Variation;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchGroup;
import io.github.evidently.launch.LaunchRegistry;
import io.github.evidently.launch.ScheduledSplit;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.segment.SegmentRegistry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * All features as evaluations see them: an immutable picture of each project, made anew when something in it changes and
 * visible to the next call. Asking takes no lock and no query. Thread-safe.
 */
@Component
class FeatureEvaluators implements CatalogObserver {

    private final FeatureRegistry features;
    private final LaunchRegistry launches;
    private final ExperimentRegistry experiments;
    private final SegmentRegistry segments;
    private final Map<String, Map<String, FeatureEvaluator>> byProject = new ConcurrentHashMap<>();

    FeatureEvaluators(
            Catalogs catalogs,
            ProjectRegistry projects,
            FeatureRegistry features,
            LaunchRegistry launches,
            ExperimentRegistry experiments,
            SegmentRegistry segments) {
        this.features = features;
        this.launches = launches;
        this.experiments = experiments;
        this.segments = segments;
        catalogs.observe(this);
        projects.list(null, Integer.MAX_VALUE).stream().map(Project::name).forEach(this::changed);
    }

    Optional<FeatureEvaluator> find(String project, String feature) {
        return Optional.ofNullable(byProject.getOrDefault(project, Map.of()).get(feature));
    }

    @Override
    public void changed(String project) {
        // A segment does not change, and goes only when nothing uses it.
        if (!project.isEmpty()) {
            byProject.put(project, new Picture(project).evaluators());
        }
    }

    @Override
    public void cleared() {
        byProject.clear();
    }

    /** A project while its picture is made. */
    private final class Picture {

        private final String project;
        private final List<Launch> running;
        private final List<Experiment> runningExperiments;
        private final Map<String, EventPattern> patterns = new HashMap<>();

        Picture(String project) {
            this.project = project;
            this.running = launches.stream(project)
                    .filter(launch -> launch.status() == Status.RUNNING)
                    .toList();
            this.runningExperiments = experiments.stream(project)
                    .filter(experiment -> experiment.status() == Status.RUNNING)
                    .toList();
        }

        Map<String, FeatureEvaluator> evaluators() {
            Map<String, FeatureEvaluator> evaluators = new HashMap<>();
            features.stream(project).forEach(feature -> evaluators.put(feature.name(), evaluator(feature)));
            return evaluators;
        }

        private FeatureEvaluator evaluator(Feature feature) {
            Variation defaultVariation =
                    feature.variation(feature.defaultVariation()).orElseThrow();
            Evaluation fallback = Evaluation.of(feature, defaultVariation, Reason.DEFAULT);
            if (feature.evaluationStrategy() == EvaluationStrategy.DEFAULT_VARIATION) {
                return new FeatureEvaluator(fallback, Map.of(), null, null);
            }
            return new FeatureEvaluator(fallback, overrides(feature), launch(feature), experiment(feature));
        }

        private Map<String, Evaluation> overrides(Feature feature) {
            Map<String, Evaluation> byVariation = new HashMap<>();
            for (Variation variation : feature.variations()) {
                byVariation.put(variation.name(), Evaluation.of(feature, variation, Reason.ENTITY_OVERRIDES_MATCH));
            }
            Map<String, Evaluation> overrides = new HashMap<>();
            feature.entityOverrides()
                    .forEach((entityId, variation) -> overrides.put(entityId, byVariation.get(variation)));
            return overrides;
        }

        /** At most one runs: see LaunchRegistry. */
        private @Nullable LaunchRule launch(Feature feature) {
            for (Launch launch : running) {
                Map<String, Evaluation> evaluations = new HashMap<>();
                for (LaunchGroup group : launch.groups()) {
                    variation(feature, group.featureVariations())
                            .ifPresent(variation -> evaluations.put(
                                    group.name(),
                                    Evaluation.ofLaunch(
                                            feature,
                                            variation,
                                            launch.name(),
                                            group.name(),
                                            launch.randomizationSalt())));
                }
                if (!evaluations.isEmpty()) {
                    return new LaunchRule(launch.randomizationSalt(), steps(launch), evaluations);
                }
            }
            return null;
        }

        private List<LaunchRule.Step> steps(Launch launch) {
            List<String> groups =
                    launch.groups().stream().map(LaunchGroup::name).toList();
            List<ScheduledSplit> steps = launch.steps() == null ? List.of() : launch.steps();
            return steps.stream()
                    .sorted(Comparator.comparing(ScheduledSplit::startTime))
                    .map(step -> new LaunchRule.Step(
                            step.startTime(),
                            step.overrides().stream()
                                    .sorted(Comparator.comparing(SegmentOverride::evaluationOrder))
                                    .map(override -> new LaunchRule.Audience(
                                            override.segment(),
                                            pattern(override.segment()),
                                            Split.of(groups, override.weights())))
                                    .toList(),
                            Split.of(groups, step.groupWeights())))
                    .toList();
        }

        /** At most one runs: see ExperimentRegistry. */
        private @Nullable ExperimentRule experiment(Feature feature) {
            for (Experiment experiment : runningExperiments) {
                Map<String, Evaluation> evaluations = new LinkedHashMap<>();
                for (Treatment treatment : experiment.treatments()) {
                    variation(feature, treatment.featureVariations())
                            .ifPresent(variation -> evaluations.put(
                                    treatment.name(),
                                    Evaluation.ofExperiment(
                                            feature,
                                            variation,
                                            experiment.name(),
                                            treatment.name(),
                                            experiment.randomizationSalt())));
                }
                if (!evaluations.isEmpty()) {
                    return new ExperimentRule(
                            experiment.randomizationSalt(),
                            experiment.segment() == null ? null : pattern(experiment.segment()),
                            experiment.samplingRate(),
                            Split.of(
                                    experiment.treatments().stream()
                                            .map(Treatment::name)
                                            .toList(),
                                    experiment.treatmentWeights()),
                            evaluations);
                }
            }
            return null;
        }

        private static Optional<Variation> variation(Feature feature, Map<String, String> featureVariations) {
            return Optional.ofNullable(featureVariations.get(feature.name())).flatMap(feature::variation);
        }

        private EventPattern pattern(String segment) {
            return patterns.computeIfAbsent(segment, name -> {
                try {
                    return EventPattern.parse(
                            segments.require(new SegmentRef(name)).pattern());
                } catch (InvalidPatternException e) {
                    throw new IllegalStateException("the segment " + name + " was created with this pattern", e);
                }
            });
        }
    }
}
