package io.github.evidently.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.feature.Feature;
import io.github.evidently.feature.Feature.EvaluationStrategy;
import io.github.evidently.feature.Feature.ValueType;
import io.github.evidently.feature.VariableValue;
import io.github.evidently.feature.Variation;
import io.github.evidently.launch.Launch;
import io.github.evidently.launch.LaunchDesign;
import io.github.evidently.launch.LaunchGroup;
import io.github.evidently.launch.ScheduledSplit;
import io.github.evidently.launch.ScheduledSplit.SegmentOverride;
import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Metadata;
import io.github.evidently.lifecycle.Progress;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.persistence.Arrivals;
import io.github.evidently.persistence.EventLogFixture;
import io.github.evidently.persistence.Persistence;
import io.github.evidently.persistence.memory.MemoryPersistence;
import io.github.evidently.project.Project;
import io.github.evidently.segment.Segment;
import io.github.evidently.state.Change;
import io.github.evidently.state.ControlPlane;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import io.github.evidently.state.StateProperties;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An evaluator is made anew when its decisions may differ, and only then. */
class FeatureEvaluatorsTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Persistence persistence = new MemoryPersistence(EventLogFixture.PROPERTIES, new Arrivals());
    private final ControlPlane controlPlane = new ControlPlane(
            persistence.documents(),
            List.of(Project.PROJECTS, Segment.SEGMENTS, Feature.FEATURES, Launch.LAUNCHES, Experiment.EXPERIMENTS),
            new StateProperties(null));
    private final FeatureEvaluators evaluators = new FeatureEvaluators(controlPlane);
    private final Feature feature = feature("a", Map.of());
    private final Launch launch = launch(0, "description");

    @BeforeEach
    void create() {
        put(Segment.SEGMENTS, new Segment("s", "{\"age\":[{\"numeric\":[\">\",17]}]}", null, NOW, NOW, Map.of()));
        put(Feature.FEATURES, feature);
        put(Launch.LAUNCHES, launch);
    }

    @AfterEach
    void close() {
        persistence.close();
    }

    @Test
    void staysWhenTagsOrDescriptionsChange() {
        FeatureEvaluator before = evaluator();

        put(Feature.FEATURES, feature.withTags(Map.of("k", "v"), NOW.plusSeconds(1)));
        put(Launch.LAUNCHES, launch.withTags(Map.of("k", "v"), NOW.plusSeconds(1)));
        put(Launch.LAUNCHES, launch(0, "another"));

        assertThat(evaluator()).isSameAs(before);
    }

    @Test
    void isMadeAnewWhenTheFeatureDecidesOtherwise() {
        FeatureEvaluator before = evaluator();

        put(Feature.FEATURES, feature("b", Map.of()));
        FeatureEvaluator otherDefault = evaluator();
        assertThat(otherDefault).isNotSameAs(before);

        put(Feature.FEATURES, feature("b", Map.of("me", "a")));
        assertThat(evaluator()).isNotSameAs(otherDefault);
    }

    @Test
    void isMadeAnewWhenTheScheduleChanges() {
        FeatureEvaluator before = evaluator();

        put(Launch.LAUNCHES, launch(100_000, "description"));

        assertThat(evaluator()).isNotSameAs(before);
    }

    @Test
    void goesWithItsFeature() {
        Feature _ = controlPlane.change(_ -> Change.remove(Feature.FEATURES, feature));

        assertThat(evaluators.of("p")).isEmpty();
    }

    private FeatureEvaluator evaluator() {
        return Objects.requireNonNull(evaluators.of("p").get("f"));
    }

    private <T extends Resource<T>> void put(Kind<T> kind, T resource) {
        T _ = controlPlane.change(_ -> Change.put(kind, resource));
    }

    private static Feature feature(String defaultVariation, Map<String, String> overrides) {
        return new Feature(
                "p",
                "f",
                null,
                EvaluationStrategy.ALL_RULES,
                ValueType.BOOLEAN,
                List.of(variation("a"), variation("b")),
                defaultVariation,
                overrides,
                NOW,
                NOW,
                Map.of());
    }

    private static Variation variation(String name) {
        return new Variation(name, new VariableValue(true, null, null, null));
    }

    private static Launch launch(long weight, @Nullable String description) {
        return new Launch(
                new Metadata("p", "l", description, NOW, NOW, Map.of()),
                new LaunchDesign(
                        List.of(new LaunchGroup(null, Map.of("f", "b"), "g")),
                        List.of(),
                        "salt",
                        List.of(new ScheduledSplit(
                                Map.of("g", weight),
                                List.of(new SegmentOverride(1L, "s", Map.of("g", 50_000L))),
                                NOW))),
                new Progress(Status.RUNNING, null, new Execution(NOW, null)));
    }
}
