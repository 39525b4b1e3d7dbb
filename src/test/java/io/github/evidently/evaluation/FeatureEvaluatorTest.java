package io.github.evidently.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.evidently.evaluation.Evaluation.Reason;
import io.github.evidently.evaluation.LaunchRule.Audience;
import io.github.evidently.evaluation.LaunchRule.Step;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.feature.Feature.ValueType;
import io.github.evidently.feature.VariableValue;
import io.github.evidently.feature.Variation;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.EventPatterns;
import io.github.evidently.pattern.InvalidPatternException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets what, on rules made by hand; what AWS promises of it is in the user guide under "How Evidently works". */
class FeatureEvaluatorTest {

    private static final int ALL = 100_000;
    private static final String NO_CONTEXT = "{}";
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final List<String> TREATMENTS = List.of("t1", "t2", "t3");
    private static final List<String> GROUPS = List.of("g1", "g2", "g3");
    private static final List<Variation> VARIATIONS = Stream.of("default", "v1", "v2", "v3")
            .map(name -> new Variation(name, new VariableValue(null, null, null, name)))
            .toList();
    private static final Feature FEATURE = new Feature(
            "project",
            "feature",
            null,
            EvaluationStrategy.ALL_RULES,
            ValueType.STRING,
            VARIATIONS,
            "default",
            Map.of(),
            NOW,
            NOW,
            Map.of());
    private static final EventPattern CHROME = chrome();
    private static final Evaluation DEFAULT = Evaluation.of(FEATURE, VARIATIONS.getFirst(), Reason.DEFAULT);

    @Nested
    class Precedence {

        @Test
        void anOverrideBeatsALaunchBeatsAnExperimentBeatsTheDefault() {
            Evaluation override = Evaluation.of(FEATURE, VARIATIONS.get(3), Reason.ENTITY_OVERRIDES_MATCH);
            Map<String, Evaluation> overrides = Map.of("anna", override);
            LaunchRule launch = launch(step(NOW, Map.of("g1", (long) ALL)));
            ExperimentRule experiment = experiment(ALL, Map.of("t2", (long) ALL));

            assertThat(reason(new FeatureEvaluator(DEFAULT, overrides, launch, experiment)))
                    .isEqualTo(Reason.ENTITY_OVERRIDES_MATCH);
            assertThat(reason(new FeatureEvaluator(DEFAULT, Map.of(), launch, experiment)))
                    .isEqualTo(Reason.LAUNCH_RULE_MATCH);
            assertThat(reason(new FeatureEvaluator(DEFAULT, Map.of(), null, experiment)))
                    .isEqualTo(Reason.EXPERIMENT_RULE_MATCH);
            assertThat(reason(new FeatureEvaluator(DEFAULT, Map.of(), null, null)))
                    .isEqualTo(Reason.DEFAULT);
        }

        @Test
        void anOverrideIsForThatEntityIdAlone() {
            Evaluation override = Evaluation.of(FEATURE, VARIATIONS.get(3), Reason.ENTITY_OVERRIDES_MATCH);
            FeatureEvaluator evaluator = new FeatureEvaluator(DEFAULT, Map.of("anna", override), null, null);

            assertThat(Stream.of("Anna", "anna ", "ann", "annaa")
                            .map(id -> evaluator.evaluate(id, NO_CONTEXT, NOW).reason()))
                    .containsOnly(Reason.DEFAULT);
        }

        private static Reason reason(FeatureEvaluator evaluator) {
            return evaluator.evaluate("anna", NO_CONTEXT, NOW).reason();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void whatALaunchLeavesGoesToTheExperimentAndWhatThatLeavesToTheDefault(long seed) {
            LaunchRule launch = launch(step(NOW, Map.of("g1", 20_000L, "g2", 20_000L)));
            ExperimentRule experiment = experiment(50_000, Map.of("t1", (long) ALL));
            FeatureEvaluator both = new FeatureEvaluator(DEFAULT, Map.of(), launch, experiment);

            Map<Reason, Integer> counts = new HashMap<>();
            for (String entityId : entities(seed)) {
                Evaluation evaluation = both.evaluate(entityId, NO_CONTEXT, NOW);
                counts.merge(evaluation.reason(), 1, Integer::sum);
                assertThat(evaluation)
                        .isEqualTo(launch.evaluate(entityId, NO_CONTEXT, NOW)
                                .or(() -> experiment.evaluate(entityId, NO_CONTEXT))
                                .orElse(DEFAULT));
            }

            assertThat(share(counts.get(Reason.LAUNCH_RULE_MATCH))).isCloseTo(0.4, within(0.03));
            // Half of the rest: who is sampled does not depend on who is in the launch.
            assertThat(share(counts.get(Reason.EXPERIMENT_RULE_MATCH))).isCloseTo(0.3, within(0.03));
            assertThat(share(counts.get(Reason.DEFAULT))).isCloseTo(0.3, within(0.03));
        }
    }

    @Nested
    class Experiment {

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void aHigherSamplingRateKeepsEverybodysTreatmentAndALowerOneMovesNobodyToAnother(long seed) {
            Random random = new Random(seed);
            Map<String, Long> weights = weights(random, TREATMENTS);
            long low = random.nextLong(ALL);
            long high = random.nextLong(low, ALL + 1L);
            ExperimentRule before = experiment(low, weights);
            ExperimentRule after = experiment(high, weights);

            for (String entityId : entities(seed)) {
                Evaluation treatment = before.evaluate(entityId, NO_CONTEXT).orElse(null);
                // Read from left to right the rate was raised, from right to left it was lowered.
                if (treatment != null) {
                    assertThat(after.evaluate(entityId, NO_CONTEXT)
                                    .orElseThrow()
                                    .details())
                            .isEqualTo(treatment.details());
                }
            }
        }

        @ParameterizedTest
        @ValueSource(longs = {0, 1_000, 50_000, 100_000})
        void takesAsManyAsTheSamplingRateSaysAndDividesThemByTheWeights(long rate) {
            ExperimentRule experiment = experiment(rate, Map.of("t1", 20_000L, "t2", 0L, "t3", 80_000L));

            Map<String, Integer> counts = count(experiment);

            double sampled = (double) rate / ALL;
            assertThat(share(counts.getOrDefault("v1", 0))).isCloseTo(0.2 * sampled, within(0.02));
            assertThat(counts).doesNotContainKey("v2");
            assertThat(share(counts.getOrDefault("v3", 0))).isCloseTo(0.8 * sampled, within(0.02));
            if (rate == 0 || rate == ALL) {
                assertThat(counts.values().stream().mapToInt(Integer::intValue).sum())
                        .isEqualTo(rate == 0 ? 0 : ENTITIES);
            }
        }

        @Test
        void weightsOverAllCutTheLastTreatmentsShort() {
            Map<String, Integer> counts = count(experiment(ALL, Map.of("t1", 60_000L, "t2", 70_000L, "t3", 50_000L)));

            assertThat(share(counts.get("v1"))).isCloseTo(0.6, within(0.03));
            assertThat(share(counts.get("v2"))).isCloseTo(0.4, within(0.03));
            assertThat(counts).doesNotContainKey("v3");
        }

        @Test
        void takesOnlyMembersOfItsSegment() throws Exception {
            ExperimentRule experiment = new ExperimentRule(
                    "salt",
                    EventPattern.parse("{\"Browser\":[\"Chrome\"]}"),
                    ALL,
                    Split.of(TREATMENTS, Map.of("t1", (long) ALL)),
                    evaluations(TREATMENTS));

            assertThat(experiment.evaluate("anna", "{\"Browser\":\"Chrome\"}")).isPresent();
            assertThat(experiment.evaluate("anna", "{\"Browser\":\"Safari\"}")).isEmpty();
            assertThat(experiment.evaluate("anna", NO_CONTEXT)).isEmpty();
        }

        private static Map<String, Integer> count(ExperimentRule experiment) {
            Map<String, Integer> counts = new HashMap<>();
            for (String entityId : entities(0)) {
                experiment
                        .evaluate(entityId, NO_CONTEXT)
                        .ifPresent(evaluation ->
                                counts.merge(evaluation.variation().name(), 1, Integer::sum));
            }
            return counts;
        }
    }

    @Nested
    class Launch {

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4})
        void theNextStepKeepsEverybodyInTheirGroupWhenTheLastGroupGrows(long seed) {
            Random random = new Random(seed);
            long g1 = random.nextLong(30_000);
            long low = random.nextLong(30_000);
            Instant later = NOW.plusSeconds(3600);
            LaunchRule launch =
                    launch(step(NOW, Map.of("g1", g1, "g2", low)), step(later, Map.of("g1", g1, "g2", low + 40_000L)));

            for (String entityId : entities(seed)) {
                launch.evaluate(entityId, NO_CONTEXT, NOW)
                        .ifPresent(group -> assertThat(launch.evaluate(entityId, NO_CONTEXT, later)
                                        .orElseThrow())
                                .isEqualTo(group));
            }
        }

        @Test
        void aStepHoldsFromItsTimeUntilTheNextOne() {
            Instant second = NOW.plusSeconds(3600);
            LaunchRule launch = launch(step(NOW, Map.of("g1", (long) ALL)), step(second, Map.of("g2", (long) ALL)));

            assertThat(variation(launch, NOW.minusMillis(1))).isNull();
            assertThat(variation(launch, NOW)).isEqualTo("v1");
            assertThat(variation(launch, second.minusMillis(1))).isEqualTo("v1");
            assertThat(variation(launch, second)).isEqualTo("v2");
            assertThat(variation(launch, Instant.MAX)).isEqualTo("v2");
        }

        @Test
        void ofStepsWithOneTimeTheLastHolds() {
            LaunchRule launch = launch(step(NOW, Map.of("g1", (long) ALL)), step(NOW, Map.of("g2", (long) ALL)));

            assertThat(variation(launch, NOW)).isEqualTo("v2");
        }

        @Test
        void theFirstOverrideThatMatchesHasTheFirstWord() throws Exception {
            EventPatterns segments = EventPatterns.of(
                    Map.of("chrome", CHROME, "everybody", EventPattern.parse("{\"Browser\":[{\"exists\":true}]}")));
            Audience chrome = audience("chrome", Map.of("g1", (long) ALL));
            Audience everybody = audience("everybody", Map.of("g2", (long) ALL));
            Split rest = Split.of(GROUPS, Map.of("g3", (long) ALL));
            LaunchRule launch = launch(new Step(NOW, segments, List.of(chrome, everybody), rest));

            assertThat(variation(launch, "{\"Browser\":\"Chrome\"}")).isEqualTo("v1");
            assertThat(variation(launch, "{\"Browser\":\"Safari\"}")).isEqualTo("v2");
            assertThat(variation(launch, NO_CONTEXT)).isEqualTo("v3");
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3})
        void whatAnOverrideLeavesGoesToTheNextAndThenToTheSplit(long seed) {
            EventPatterns segments = EventPatterns.of(Map.of("first", CHROME, "none", CHROME, "second", CHROME));
            Audience first = audience("first", Map.of("g1", 50_000L));
            Audience none = audience("none", Map.of("g1", 0L));
            Audience second = audience("second", Map.of("g2", 50_000L));
            Split split = Split.of(GROUPS, Map.of("g3", 50_000L));
            LaunchRule launch = launch(new Step(NOW, segments, List.of(first, none, second), split));

            Map<@Nullable String, Integer> counts = new HashMap<>();
            for (String entityId : entities(seed)) {
                counts.merge(
                        launch.evaluate(entityId, "{\"Browser\":\"Chrome\"}", NOW)
                                .map(evaluation -> evaluation.variation().name())
                                .orElse("left"),
                        1,
                        Integer::sum);
            }

            // Each takes half of what is left, which shows that none depends on the one before.
            assertThat(share(counts.get("v1"))).isCloseTo(0.5, within(0.03));
            assertThat(share(counts.get("v2"))).isCloseTo(0.25, within(0.03));
            assertThat(share(counts.get("v3"))).isCloseTo(0.125, within(0.03));
            assertThat(share(counts.get("left"))).isCloseTo(0.125, within(0.03));
        }

        @Test
        void anOverrideWhoseWeightsAreOverAllTakesEverybody() {
            // AWS was seen to accept 60,000 and 70,000 (Terraform's tests).
            Audience chrome = audience("chrome", Map.of("g1", 60_000L, "g2", 70_000L));
            LaunchRule launch = launch(new Step(
                    NOW,
                    EventPatterns.of(Map.of("chrome", CHROME)),
                    List.of(chrome),
                    Split.of(GROUPS, Map.of("g3", (long) ALL))));

            Map<String, Integer> counts = new HashMap<>();
            for (String entityId : entities(0)) {
                Evaluation evaluation = launch.evaluate(entityId, "{\"Browser\":\"Chrome\"}", NOW)
                        .orElseThrow();
                counts.merge(evaluation.variation().name(), 1, Integer::sum);
            }

            assertThat(counts).containsOnlyKeys("v1", "v2");
            assertThat(share(counts.get("v1"))).isCloseTo(0.6, within(0.03));
        }

        @Test
        void aGroupOfAnotherFeatureLeavesThisOneToOthers() {
            Map<String, Evaluation> mine = Map.of("g1", evaluations(GROUPS).get("g1"));
            LaunchRule launch = new LaunchRule("salt", List.of(step(NOW, Map.of("g2", (long) ALL))), mine);

            assertThat(launch.evaluate("anna", NO_CONTEXT, NOW)).isEmpty();
        }

        private static Audience audience(String segment, Map<String, Long> weights) {
            return new Audience(segment, Split.of(GROUPS, weights));
        }

        private static @Nullable String variation(LaunchRule launch, Instant time) {
            return launch.evaluate("anna", NO_CONTEXT, time)
                    .map(evaluation -> evaluation.variation().name())
                    .orElse(null);
        }

        private static @Nullable String variation(LaunchRule launch, String context) {
            return launch.evaluate("anna", context, NOW)
                    .map(evaluation -> evaluation.variation().name())
                    .orElse(null);
        }
    }

    private static EventPattern chrome() {
        try {
            return EventPattern.parse("{\"Browser\":[\"Chrome\"]}");
        } catch (InvalidPatternException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final int ENTITIES = 5_000;

    private static List<String> entities(long seed) {
        return IntStream.range(0, ENTITIES).mapToObj(i -> seed + "-" + i).toList();
    }

    private static double share(int count) {
        return (double) count / ENTITIES;
    }

    /** Weights that may leave something, or be too much. */
    private static Map<String, Long> weights(Random random, List<String> names) {
        Map<String, Long> weights = new HashMap<>();
        names.forEach(name -> weights.put(name, random.nextLong(50_000)));
        return weights;
    }

    private static ExperimentRule experiment(long samplingRate, Map<String, Long> weights) {
        return new ExperimentRule("salt", null, samplingRate, Split.of(TREATMENTS, weights), evaluations(TREATMENTS));
    }

    private static LaunchRule launch(Step... steps) {
        return new LaunchRule("salt", List.of(steps), evaluations(GROUPS));
    }

    private static Step step(Instant startTime, Map<String, Long> weights) {
        return new Step(startTime, null, List.of(), Split.of(GROUPS, weights));
    }

    /** The first name gets the variation v1, and so on. */
    private static Map<String, Evaluation> evaluations(List<String> names) {
        Map<String, Evaluation> evaluations = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Variation variation = VARIATIONS.get(i + 1);
            evaluations.put(
                    name,
                    names.equals(TREATMENTS)
                            ? Evaluation.ofExperiment(FEATURE, variation, "experiment", name, "salt")
                            : Evaluation.ofLaunch(FEATURE, variation, "launch", name, "salt"));
        }
        return evaluations;
    }
}
