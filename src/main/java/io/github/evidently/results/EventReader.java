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
 * Reads events once for all experiments of a project: the values of their metrics, and the treatments that entities
 * got.
 *
 * <p>The result for a custom event is valid until the next one. Not thread-safe.
 */
final class EventReader {

    /** The largest number that is measured: the squares of larger ones could not be represented. */
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

    /** The places of a metric's entity and value; metrics with the same places share one. */
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
     * The content of an evaluation event.
     *
     * @param experiment the experiment that decided; null when something else did
     * @param treatment of that experiment
     * @param attribute the value of the requested attribute; null when absent
     */
    record Evaluation(
            String entity,
            String feature,
            @Nullable String experiment,
            @Nullable String treatment,
            @Nullable String attribute) {}

    /**
     * Creates a reader for the metrics of some experiments.
     *
     * @param attribute of the entities, to be read from evaluations; null for none
     * @throws IllegalArgumentException when a pattern is invalid; it was valid when the experiment was created
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

    /** Returns where to find what a metric measures. */
    Keys keys(MetricDefinition metric) {
        return Objects.requireNonNull(keysByPlace.get(place(metric)), "a metric of another experiment");
    }

    /** Returns the index of a feature; -1 for one that no experiment uses. */
    int feature(String name) {
        return features.getOrDefault(name, -1);
    }

    int featureCount() {
        return features.size();
    }

    /** Returns the places of all metrics, by index. */
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

    /** Returns the sample of a metric in the current event. */
    Sample sample(Keys keys) {
        Outcome outcome = outcome(keys);
        return outcome == Outcome.COUNTED
                ? new Sample(outcome, paths.entity(keys.entity), paths.number(keys.value))
                : Sample.none(outcome);
    }

    /** Tells whether the current event has a sample of a metric: {@link Outcome#COUNTED}, or why not. */
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

    /** Returns the entity of the current event's sample, see {@link Assignments#key}. */
    long entity(Keys keys) {
        return paths.entity(keys.entity);
    }

    /** Returns the value of the current event's sample. */
    double value(Keys keys) {
        return paths.number(keys.value);
    }

    /**
     * Reads an evaluation event.
     *
     * @param data the data as it was accepted
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
                // The salt and anything else that a client adds.
                cursor.skip();
                if (place >= 0) {
                    decision[place] = null;
                }
            }
        }
    }

    /** Reads an attribute. Each is in an object whose only name is the type: {@code {"browser":{"s":"Chrome"}}}. */
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
