package io.github.evidently.evaluation;

import io.github.evidently.evaluation.Evaluation.Reason;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.experiment.Treatment;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.feature.Variation;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchGroup;
import io.github.evidently.launch.ScheduledSplit;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.EventPatterns;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.project.Project;
import io.github.evidently.segment.Segment;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.State;
import io.github.evidently.state.StateListener;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Holds the evaluators of all features: an immutable snapshot of each project, which is replaced when something in the
 * project changes and visible to the next call. A lookup takes no lock and no query. Thread-safe.
 *
 * <p>An evaluator whose feature, launch and experiment decide as before is reused from the previous snapshot. Patterns
 * are compiled by the first evaluation that needs them.
 */
@Component
class FeatureEvaluators implements StateListener {

    private final Map<String, Snapshot> byProject = new ConcurrentHashMap<>();

    /** What an evaluator is made of. Segments do not change. */
    @SuppressWarnings("ReferenceEquality") // A shortcut, as most are the same object.
    private record Source(
            Feature feature,
            @Nullable Launch launch,
            @Nullable Experiment experiment) {

        /** Tells whether an evaluator made of the other source would decide the same. */
        boolean decidesAs(@Nullable Source other) {
            return other != null
                    && isSame(feature, other.feature)
                    && isSame(launch, other.launch)
                    && isSame(experiment, other.experiment);
        }

        private static boolean isSame(Feature one, Feature other) {
            return one == other
                    || (one.evaluationStrategy() == other.evaluationStrategy()
                            && one.defaultVariation().equals(other.defaultVariation())
                            && one.variations().equals(other.variations())
                            && one.entityOverrides().equals(other.entityOverrides()));
        }

        private static boolean isSame(@Nullable Launch one, @Nullable Launch other) {
            return one == other
                    || (one != null
                            && other != null
                            && one.name().equals(other.name())
                            && one.randomizationSalt().equals(other.randomizationSalt())
                            && one.groups().equals(other.groups())
                            && Objects.equals(one.steps(), other.steps()));
        }

        private static boolean isSame(@Nullable Experiment one, @Nullable Experiment other) {
            return one == other
                    || (one != null
                            && other != null
                            && one.name().equals(other.name())
                            && one.randomizationSalt().equals(other.randomizationSalt())
                            && one.samplingRate() == other.samplingRate()
                            && Objects.equals(one.segment(), other.segment())
                            && one.treatments().equals(other.treatments())
                            && one.treatmentWeights().equals(other.treatmentWeights()));
        }
    }

    /** The features of a project by name, and what each evaluator was made of. */
    private record Snapshot(Map<String, Source> sources, Map<String, FeatureEvaluator> evaluators) {

        static final Snapshot EMPTY = new Snapshot(Map.of(), Map.of());
    }

    FeatureEvaluators(ControlPlane controlPlane) {
        controlPlane.onChange(this);
        State state = controlPlane.current();
        state.stream(Project.PROJECTS).forEach(project -> changed(state, project.name()));
    }

    /**
     * Returns the evaluators of a project's features by name. All of them are of one state, whatever changes meanwhile.
     */
    Map<String, FeatureEvaluator> of(String project) {
        return byProject.getOrDefault(project, Snapshot.EMPTY).evaluators;
    }

    @Override
    public void changed(State before, State after, Set<String> projects) {
        // A segment belongs to the account, does not change and can be deleted only when nothing uses it.
        projects.stream().filter(project -> !project.isEmpty()).forEach(project -> changed(after, project));
    }

    private void changed(State state, String project) {
        // Null removes the entry: a project that has no features or was deleted leaves nothing.
        byProject.compute(project, (_, before) -> snapshot(state, project, before == null ? Snapshot.EMPTY : before));
    }

    /** Returns null when the project has no features. */
    private static @Nullable Snapshot snapshot(State state, String project, Snapshot before) {
        Map<String, Launch> launchOf = new HashMap<>();
        state.stream(Launch.LAUNCHES, project)
                .filter(launch -> launch.status() == Status.RUNNING)
                .forEach(launch -> launch.groups()
                        .forEach(group ->
                                group.featureVariations().keySet().forEach(name -> launchOf.put(name, launch))));
        Map<String, Experiment> experimentOf = new HashMap<>();
        state.stream(Experiment.EXPERIMENTS, project)
                .filter(experiment -> experiment.status() == Status.RUNNING)
                .forEach(experiment -> experiment
                        .treatments()
                        .forEach(treatment -> treatment
                                .featureVariations()
                                .keySet()
                                .forEach(name -> experimentOf.put(name, experiment))));
        Map<String, List<LaunchRule.Step>> stepsOf = new HashMap<>();
        Map<String, Source> sources = new HashMap<>();
        Map<String, FeatureEvaluator> evaluators = new HashMap<>();
        state.stream(Feature.FEATURES, project).forEach(feature -> {
            String name = feature.name();
            Source source = new Source(feature, launchOf.get(name), experimentOf.get(name));
            FeatureEvaluator known = source.decidesAs(before.sources.get(name)) ? before.evaluators.get(name) : null;
            sources.put(name, source);
            evaluators.put(name, known == null ? evaluator(state, source, stepsOf) : known);
        });
        return sources.isEmpty() ? null : new Snapshot(sources, evaluators);
    }

    /** @param stepsOf the steps of launches by name, which their features share; this method adds to it */
    private static FeatureEvaluator evaluator(State state, Source source, Map<String, List<LaunchRule.Step>> stepsOf) {
        Feature feature = source.feature;
        Evaluation fallback = Evaluation.of(
                feature, feature.variation(feature.defaultVariation()).orElseThrow(), Reason.DEFAULT);
        if (feature.evaluationStrategy() == EvaluationStrategy.DEFAULT_VARIATION) {
            return new FeatureEvaluator(fallback, Map.of(), null, null);
        }
        Launch launch = source.launch;
        return new FeatureEvaluator(
                fallback,
                overrides(feature),
                launch == null
                        ? null
                        : rule(feature, launch, stepsOf.computeIfAbsent(launch.name(), _ -> steps(state, launch))),
                source.experiment == null ? null : rule(state, feature, source.experiment));
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

    private static LaunchRule rule(Feature feature, Launch launch, List<LaunchRule.Step> steps) {
        Map<String, Evaluation> evaluations = new HashMap<>();
        for (LaunchGroup group : launch.groups()) {
            variation(feature, group.featureVariations())
                    .ifPresent(variation -> evaluations.put(
                            group.name(),
                            Evaluation.ofLaunch(
                                    feature, variation, launch.name(), group.name(), launch.randomizationSalt())));
        }
        return new LaunchRule(launch.randomizationSalt(), steps, evaluations);
    }

    private static List<LaunchRule.Step> steps(State state, Launch launch) {
        List<String> groups = launch.groups().stream().map(LaunchGroup::name).toList();
        List<ScheduledSplit> steps = launch.steps() == null ? List.of() : launch.steps();
        return steps.stream()
                .sorted(Comparator.comparing(ScheduledSplit::startTime))
                .map(step -> new LaunchRule.Step(
                        step.startTime(),
                        patterns(state, step.overrides()),
                        step.overrides().stream()
                                .sorted(Comparator.comparing(SegmentOverride::evaluationOrder))
                                .map(override -> new LaunchRule.Audience(
                                        override.segment(), Split.of(groups, override.weights())))
                                .toList(),
                        Split.of(groups, step.groupWeights())))
                .toList();
    }

    private static @Nullable EventPatterns patterns(State state, List<SegmentOverride> overrides) {
        Map<String, EventPattern> patterns = new HashMap<>();
        overrides.forEach(override -> patterns.put(override.segment(), pattern(state, override.segment())));
        return patterns.isEmpty() ? null : EventPatterns.of(patterns);
    }

    private static ExperimentRule rule(State state, Feature feature, Experiment experiment) {
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
                experiment.segment() == null ? null : pattern(state, experiment.segment()),
                experiment.samplingRate(),
                Split.of(experiment.treatments().stream().map(Treatment::name).toList(), experiment.treatmentWeights()),
                evaluations);
    }

    private static Optional<Variation> variation(Feature feature, Map<String, String> featureVariations) {
        return Optional.ofNullable(featureVariations.get(feature.name())).flatMap(feature::variation);
    }

    private static EventPattern pattern(State state, String segment) {
        try {
            return EventPattern.parseLazily(
                    state.find(Segment.SEGMENTS, "", segment).orElseThrow().pattern());
        } catch (InvalidPatternException e) {
            throw new IllegalStateException("the segment " + segment + " was created with this pattern", e);
        }
    }
}
