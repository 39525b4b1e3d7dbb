package io.github.evidently.results;

import io.github.evidently.experiment.Experiment;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.metric.MetricGoal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads events once for all experiments of a project: what their metrics measure, and which treatment an entity was given.
 *
 * <p>What it has read of a custom event is valid until the next one. Not thread-safe.
 */
final class EventReader {

    /** Larger numbers measure nothing, and their squares would not be numbers any more. */
    private static final double VALUE_MAX = 1e100;

    private static final String RULE = "EXPERIMENT_RULE_MATCH";

    private static final boolean[] NO_MATCHES = {};

    private final DataPaths paths = new DataPaths();
    private final PatternMatches patterns = new PatternMatches();
    private final List<Keys> keys = new ArrayList<>();
    private final Map<Place, Keys> keysByPlace = new HashMap<>();
    private final @Nullable String attribute;
    private final DataCursor cursor = new DataCursor();
    private final Map<String, Integer> features = new HashMap<>();
    private boolean[] matches = NO_MATCHES;

    /** The slots of the entity and the value, and the index of the pattern, or -1. */
    private record Place(int entity, int value, int pattern) {}

    /** Where a metric's entity and value are found; metrics that find them in the same places share one. */
    record Keys(int index, int entity, int value, int pattern) {}

    /**
     * The entity and the value of a metric in an event.
     *
     * @param outcome {@link Outcome#COUNTED}, or why there is none
     * @param entity its key, see {@link Assignments#key}
     */
    record Sample(Outcome outcome, long entity, double value) {

        static Sample none(Outcome outcome) {
            return new Sample(outcome, 0, 0);
        }
    }

    /**
     * What an evaluation event says.
     *
     * @param experiment the one that decided; null when something else did
     * @param treatment of that experiment
     * @param attribute the value of the attribute that was asked for; null without it
     */
    record Evaluation(
            String entity,
            String feature,
            @Nullable String experiment,
            @Nullable String treatment,
            @Nullable String attribute) {}

    /**
     * For the metrics of some experiments.
     *
     * @param attribute of the entities, to be read from evaluations; null for none
     * @throws IllegalArgumentException when a pattern is not one; it was one when the experiment was made
     */
    EventReader(Collection<Experiment> experiments, @Nullable String attribute) {
        this.attribute = attribute;
        for (Experiment experiment : experiments) {
            experiment.metricGoals().stream().map(MetricGoal::metricDefinition).forEach(this::add);
            experiment
                    .treatments()
                    .forEach(treatment -> treatment
                            .featureVariations()
                            .keySet()
                            .forEach(feature -> features.putIfAbsent(feature, features.size())));
        }
    }

    private void add(MetricDefinition metric) {
        keysByPlace.computeIfAbsent(place(metric), place -> {
            Keys made = new Keys(keys.size(), place.entity, place.value, place.pattern);
            keys.add(made);
            return made;
        });
    }

    private Place place(MetricDefinition metric) {
        String pattern = metric.eventPattern();
        return new Place(
                paths.add(metric.entityIdKey()),
                paths.add(metric.valueKey()),
                pattern == null ? -1 : patterns.add(pattern, paths));
    }

    /** Where to find what that metric measures. */
    Keys keys(MetricDefinition metric) {
        return Objects.requireNonNull(keysByPlace.get(place(metric)), "a metric of another experiment");
    }

    /** The index of a feature; -1 for one that no experiment is about. */
    int feature(String name) {
        return features.getOrDefault(name, -1);
    }

    int featureCount() {
        return features.size();
    }

    /** By index, what metrics measure. */
    List<Keys> allKeys() {
        return keys;
    }

    /**
     * Reads a custom event.
     *
     * @param data a JSON object as text, as it was accepted
     */
    void readCustom(String data) {
        paths.read(data);
        matches = patterns.of(data, paths);
    }

    /** What the current event says of a metric. */
    Sample sample(Keys keys) {
        Outcome outcome = outcome(keys);
        return outcome == Outcome.COUNTED
                ? new Sample(outcome, paths.entity(keys.entity), paths.number(keys.value))
                : Sample.none(outcome);
    }

    /** Whether the current event has a sample of a metric: {@link Outcome#COUNTED}, or why not. */
    Outcome outcome(Keys keys) {
        if (keys.pattern >= 0 && !matches[keys.pattern]) {
            return Outcome.PATTERN_MISMATCH;
        }
        DataPaths.Kind entity = paths.kind(keys.entity);
        if (entity != DataPaths.Kind.TEXT && entity != DataPaths.Kind.NUMBER) {
            return Outcome.ENTITY_KEY_ABSENT;
        }
        return switch (paths.kind(keys.value)) {
            case ABSENT -> Outcome.VALUE_ABSENT;
            case TEXT, OTHER -> Outcome.VALUE_NOT_A_NUMBER;
            case NUMBER ->
                Math.abs(paths.number(keys.value)) <= VALUE_MAX ? Outcome.COUNTED : Outcome.VALUE_OUT_OF_RANGE;
        };
    }

    /** The entity of the current event's sample, see {@link Assignments#key}. */
    long entity(Keys keys) {
        return paths.entity(keys.entity);
    }

    /** The value of the current event's sample. */
    double value(Keys keys) {
        return paths.number(keys.value);
    }

    /**
     * Reads an evaluation event.
     *
     * @param data what was accepted as the data of one
     * @return null when it names no entity or feature
     */
    @Nullable
    Evaluation readEvaluation(String data) {
        String entity = null;
        String feature = null;
        String rule = null;
        String[] decision = new String[2];
        String attributeValue = null;
        cursor.open(data);
        cursor.enter();
        while (cursor.next()) {
            if (cursor.isNamed("entityId")) {
                entity = cursor.readText();
            } else if (cursor.isNamed("feature")) {
                feature = cursor.readText();
            } else if (cursor.isNamed("type")) {
                rule = cursor.readText();
            } else if (cursor.isNamed("details")) {
                readDecision(decision);
            } else if (attribute != null && cursor.isNamed("entityAttributes")) {
                attributeValue = readAttribute(attribute);
            } else {
                cursor.skip();
            }
        }
        if (entity == null || feature == null) {
            return null;
        }
        return RULE.equals(rule)
                ? new Evaluation(entity, feature, decision[0], decision[1], attributeValue)
                : new Evaluation(entity, feature, null, null, attributeValue);
    }

    private void readDecision(@Nullable String[] decision) {
        decision[0] = null;
        decision[1] = null;
        if (cursor.first() != '{') {
            cursor.skip();
            return;
        }
        cursor.enter();
        while (cursor.next()) {
            int place = cursor.isNamed("experiment") ? 0 : cursor.isNamed("treatment") ? 1 : -1;
            boolean isText = cursor.first() == '"';
            if (place >= 0 && isText) {
                decision[place] = cursor.readText();
            } else {
                // The salt and whatever a client adds.
                cursor.skip();
                if (place >= 0) {
                    decision[place] = null;
                }
            }
        }
    }

    /** Each attribute is in an object whose one name is the type: {@code {"browser":{"s":"Chrome"}}}. */
    private @Nullable String readAttribute(String attribute) {
        String value = null;
        if (cursor.first() != '{') {
            cursor.skip();
            return null;
        }
        cursor.enter();
        while (cursor.next()) {
            if (cursor.isNamed(attribute) && cursor.first() == '{') {
                cursor.enter();
                while (cursor.next()) {
                    boolean isNested = cursor.first() == '{' || cursor.first() == '[';
                    String text = cursor.readText();
                    value = isNested ? null : text;
                }
            } else {
                cursor.skip();
            }
        }
        return value;
    }
}
