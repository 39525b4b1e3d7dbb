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
import io.github.evidently.pattern.EventPatterns;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.project.Project;
import io.github.evidently.project.ProjectRegistry;
import io.github.evidently.resource.SegmentRef;
import io.github.evidently.segment.SegmentRegistry;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * All features as evaluations see them: an immutable picture of each project, made anew when something in it changes and
 * visible to the next call. Asking takes no lock and no query. Thread-safe.
 *
 * <p>What nothing has changed for is taken over from the picture before.
 */
@Component
class FeatureEvaluators implements CatalogObserver {

    private final FeatureRegistry features;
    private final LaunchRegistry launches;
    private final ExperimentRegistry experiments;
    private final SegmentRegistry segments;
    private final Map<String, Picture> byProject = new ConcurrentHashMap<>();

    /** All that an evaluator is made of; of segments too, because they never change. */
    private record Source(
            Feature feature,
            @Nullable Launch launch,
            @Nullable Experiment experiment) {}

    /** The features of a project by name, and what each evaluator was made of. */
    private record Picture(Map<String, Source> sources, Map<String, FeatureEvaluator> evaluators) {

        static final Picture EMPTY = new Picture(Map.of(), Map.of());
    }

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

    /** The features of a project as they are now, by name: one state of them all, whatever changes meanwhile. */
    Map<String, FeatureEvaluator> of(String project) {
        return byProject.getOrDefault(project, Picture.EMPTY).evaluators;
    }

    @Override
    public void changed(String project) {
        // A segment does not change, and goes only when nothing uses it.
        if (!project.isEmpty()) {
            // Null removes: what has no features, as a project that is deleted, leaves nothing.
            byProject.compute(project, (_, before) -> picture(project, before == null ? Picture.EMPTY : before));
        }
    }

    @Override
    public void cleared() {
        byProject.clear();
    }

    /** Null when the project has no features. */
    private @Nullable Picture picture(String project, Picture before) {
        Map<String, Launch> launchOf = new HashMap<>();
        launches.stream(project)
                .filter(launch -> launch.status() == Status.RUNNING)
                .forEach(launch -> launch.groups()
                        .forEach(group ->
                                group.featureVariations().keySet().forEach(name -> launchOf.put(name, launch))));
        Map<String, Experiment> experimentOf = new HashMap<>();
        experiments.stream(project)
                .filter(experiment -> experiment.status() == Status.RUNNING)
                .forEach(experiment -> experiment
                        .treatments()
                        .forEach(treatment -> treatment
                                .featureVariations()
                                .keySet()
                                .forEach(name -> experimentOf.put(name, experiment))));
        Map<String, Source> sources = new HashMap<>();
        Map<String, FeatureEvaluator> evaluators = new HashMap<>();
        features.stream(project).forEach(feature -> {
            String name = feature.name();
            Source source = new Source(feature, launchOf.get(name), experimentOf.get(name));
            FeatureEvaluator known = source.equals(before.sources.get(name)) ? before.evaluators.get(name) : null;
            sources.put(name, source);
            evaluators.put(name, known == null ? evaluator(source) : known);
        });
        return sources.isEmpty() ? null : new Picture(sources, evaluators);
    }

    private FeatureEvaluator evaluator(Source source) {
        Feature feature = source.feature;
        Evaluation fallback = Evaluation.of(
                feature, feature.variation(feature.defaultVariation()).orElseThrow(), Reason.DEFAULT);
        if (feature.evaluationStrategy() == EvaluationStrategy.DEFAULT_VARIATION) {
            return new FeatureEvaluator(fallback, Map.of(), null, null);
        }
        return new FeatureEvaluator(
                fallback,
                overrides(feature),
                source.launch == null ? null : rule(feature, source.launch),
                source.experiment == null ? null : rule(feature, source.experiment));
    }

    private static Map<String, Evaluation> overrides(Feature feature) {
        Map<String, Evaluation> byVariation = new HashMap<>();
        for (Variation variation : feature.variations()) {
            byVariation.put(variation.name(), Evaluation.of(feature, variation, Reason.ENTITY_OVERRIDES_MATCH));
        }
        Map<String, Evaluation> overrides = new HashMap<>();
        feature.entityOverrides().forEach((entityId, variation) -> overrides.put(entityId, byVariation.get(variation)));
        return overrides;
    }

    private LaunchRule rule(Feature feature, Launch launch) {
        Map<String, Evaluation> evaluations = new HashMap<>();
        for (LaunchGroup group : launch.groups()) {
            variation(feature, group.featureVariations())
                    .ifPresent(variation -> evaluations.put(
                            group.name(),
                            Evaluation.ofLaunch(
                                    feature, variation, launch.name(), group.name(), launch.randomizationSalt())));
        }
        return new LaunchRule(launch.randomizationSalt(), steps(launch), evaluations);
    }

    private List<LaunchRule.Step> steps(Launch launch) {
        List<String> groups = launch.groups().stream().map(LaunchGroup::name).toList();
        List<ScheduledSplit> steps = launch.steps() == null ? List.of() : launch.steps();
        return steps.stream()
                .sorted(Comparator.comparing(ScheduledSplit::startTime))
                .map(step -> new LaunchRule.Step(
                        step.startTime(),
                        patterns(step.overrides()),
                        step.overrides().stream()
                                .sorted(Comparator.comparing(SegmentOverride::evaluationOrder))
                                .map(override -> new LaunchRule.Audience(
                                        override.segment(), Split.of(groups, override.weights())))
                                .toList(),
                        Split.of(groups, step.groupWeights())))
                .toList();
    }

    private @Nullable EventPatterns patterns(List<SegmentOverride> overrides) {
        Map<String, EventPattern> patterns = new HashMap<>();
        overrides.forEach(override -> patterns.put(override.segment(), pattern(override.segment())));
        return patterns.isEmpty() ? null : EventPatterns.of(patterns);
    }

    private ExperimentRule rule(Feature feature, Experiment experiment) {
        Map<String, Evaluation> evaluations = new HashMap<>();
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
        return new ExperimentRule(
                experiment.randomizationSalt(),
                experiment.segment() == null ? null : pattern(experiment.segment()),
                experiment.samplingRate(),
                Split.of(experiment.treatments().stream().map(Treatment::name).toList(), experiment.treatmentWeights()),
                evaluations);
    }

    private static Optional<Variation> variation(Feature feature, Map<String, String> featureVariations) {
        return Optional.ofNullable(featureVariations.get(feature.name())).flatMap(feature::variation);
    }

    private EventPattern pattern(String segment) {
        try {
            return EventPattern.parse(segments.require(new SegmentRef(segment)).pattern());
        } catch (InvalidPatternException e) {
            throw new IllegalStateException("the segment " + segment + " was created with this pattern", e);
        }
    }
}
