package io.github.evidently.results;

import io.github.evidently.error.ValidationException;
import io.github.evidently.event.StoredEvent;
import io.github.evidently.experiment.Experiment;
import io.github.evidently.metric.MetricDefinition;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.EventPatterns;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.results.ExperimentTally.Example;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads events once for all experiments of a project: what their metrics measure, and which treatment an entity was given.
 *
 * <p>What it has read of a custom event is valid until the next one. Not thread-safe.
 */
final class EventReader {

    /** Larger numbers measure nothing, and their squares would not be numbers any more. */
    private static final double VALUE_MAX = 1e100;

    private static final String RULE = "EXPERIMENT_RULE_MATCH";
    private static final JsonFactory JSON = new JsonFactory();

    private final Node root = new Node();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<Keys, Keys> shared = new HashMap<>();
    private final Map<String, Integer> slots = new HashMap<>();
    private final List<EventPattern> patterns = new ArrayList<>();
    private final Map<String, Integer> patternIndexes = new HashMap<>();
    private final EventPatterns machine;
    private final @Nullable String attribute;

    // What the current event has at each key that a metric names.
    private final Kind[] kinds;
    private final @Nullable String[] texts;
    private final double[] numbers;
    private final boolean[] isEntityKey;
    private final boolean[] matches;
    private final IdentityHashMap<Keys, Sample> samples = new IdentityHashMap<>();
    private @Nullable Example example;

    private enum Kind {
        ABSENT,
        TEXT,
        NUMBER,
        OTHER
    }

    /** A place in the data, and what follows; names with dots stand for nested ones, as in patterns. */
    private static final class Node {

        private final Map<String, Node> children = new HashMap<>();
        private int slot = -1;
    }

    /** Where a metric's entity and value are found; metrics that find them in the same places share one. */
    record Keys(int entity, int value, int pattern) {}

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
        }
        this.kinds = new Kind[slots.size()];
        this.texts = new String[slots.size()];
        this.numbers = new double[slots.size()];
        this.isEntityKey = new boolean[slots.size()];
        for (Experiment experiment : experiments) {
            for (MetricGoal goal : experiment.metricGoals()) {
                isEntityKey[slot(goal.metricDefinition().entityIdKey())] = true;
            }
        }
        Map<String, EventPattern> byIndex = new HashMap<>();
        for (int i = 0; i < patterns.size(); i++) {
            byIndex.put(Integer.toString(i), patterns.get(i));
        }
        this.machine = EventPatterns.of(byIndex);
        this.matches = new boolean[patterns.size()];
    }

    private void add(MetricDefinition metric) {
        addKey(metric.entityIdKey());
        addKey(metric.valueKey());
        String pattern = metric.eventPattern();
        if (pattern != null && !patternIndexes.containsKey(pattern)) {
            try {
                patterns.add(EventPattern.parse(pattern));
            } catch (InvalidPatternException e) {
                throw new IllegalArgumentException("the event pattern of metric " + metric.name() + " is not one", e);
            }
            patternIndexes.put(pattern, patternIndexes.size());
        }
    }

    private void addKey(String key) {
        if (slots.containsKey(key)) {
            return;
        }
        // Each part of the key that ends before a dot may be the name of an object, with dots in it or not.
        List<Integer> ends = new ArrayList<>();
        for (int i = 1; i <= key.length(); i++) {
            if (i == key.length() || key.charAt(i) == '.') {
                ends.add(i);
            }
        }
        for (int end : ends) {
            Node node = node(key.substring(0, end));
            root.children.put(key.substring(0, end), node);
            for (int start : ends) {
                if (start < end) {
                    node(key.substring(0, start)).children.put(key.substring(start + 1, end), node);
                }
            }
        }
        int slot = slots.size();
        slots.put(key, slot);
        node(key).slot = slot;
    }

    private Node node(String path) {
        return nodes.computeIfAbsent(path, _ -> new Node());
    }

    private int slot(String key) {
        return Objects.requireNonNull(slots.get(key), key);
    }

    /** Where to find what that metric measures. */
    Keys keys(MetricDefinition metric) {
        Keys keys = new Keys(
                slot(metric.entityIdKey()),
                slot(metric.valueKey()),
                metric.eventPattern() == null ? -1 : patternIndexes.getOrDefault(metric.eventPattern(), -1));
        return shared.computeIfAbsent(keys, same -> same);
    }

    /**
     * Reads a custom event.
     *
     * @param data a JSON object as text
     */
    void readCustom(String data) {
        samples.clear();
        example = null;
        Arrays.fill(kinds, Kind.ABSENT);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
            parser.nextToken();
            readObject(parser, root);
        }
        if (!patterns.isEmpty()) {
            Arrays.fill(matches, false);
            match(data);
        }
    }

    private void readObject(JsonParser parser, Node node) {
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            Node child = node.children.get(name);
            if (child == null) {
                parser.skipChildren();
                continue;
            }
            if (child.slot >= 0) {
                take(parser, token, child.slot);
            }
            if (token == JsonToken.START_OBJECT && !child.children.isEmpty()) {
                readObject(parser, child);
            } else {
                parser.skipChildren();
            }
        }
    }

    /** Of names that are repeated in an object the last counts. */
    private void take(JsonParser parser, JsonToken token, int slot) {
        if (token == JsonToken.VALUE_STRING) {
            kinds[slot] = Kind.TEXT;
        } else if (token.isNumeric()) {
            kinds[slot] = Kind.NUMBER;
            numbers[slot] = parser.getDoubleValue();
        } else {
            kinds[slot] = Kind.OTHER;
        }
        texts[slot] = isEntityKey[slot] && kinds[slot] != Kind.OTHER ? parser.getString() : null;
    }

    private void match(String data) {
        try {
            for (String index : machine.matching(data)) {
                matches[Integer.parseInt(index)] = true;
            }
        } catch (ValidationException | IllegalArgumentException e) {
            // Too many combinations for one of them, or something that the ruler cannot read: the others may match.
            for (int i = 0; i < matches.length; i++) {
                matches[i] = matchesAlone(patterns.get(i), data);
            }
        }
    }

    private static boolean matchesAlone(EventPattern pattern, String data) {
        try {
            return pattern.matches(data);
        } catch (ValidationException | IllegalArgumentException e) {
            return false;
        }
    }

    /** The current event as an example, one for all metrics. */
    Example example(StoredEvent current) {
        Example made = example;
        if (made == null) {
            made = Example.of(current);
            example = made;
        }
        return made;
    }

    /** What the current event says of a metric; found out once for all metrics of the same keys. */
    Sample sample(Keys keys) {
        Sample known = samples.get(keys);
        if (known == null) {
            known = find(keys);
            samples.put(keys, known);
        }
        return known;
    }

    private Sample find(Keys keys) {
        if (keys.pattern >= 0 && !matches[keys.pattern]) {
            return Sample.none(Outcome.PATTERN_MISMATCH);
        }
        String entity =
                kinds[keys.entity] == Kind.TEXT || kinds[keys.entity] == Kind.NUMBER ? texts[keys.entity] : null;
        if (entity == null) {
            return Sample.none(Outcome.ENTITY_KEY_ABSENT);
        }
        return switch (kinds[keys.value]) {
            case ABSENT -> Sample.none(Outcome.VALUE_ABSENT);
            case TEXT, OTHER -> Sample.none(Outcome.VALUE_NOT_A_NUMBER);
            case NUMBER ->
                Math.abs(numbers[keys.value]) <= VALUE_MAX
                        ? new Sample(Outcome.COUNTED, Assignments.key(entity), numbers[keys.value])
                        : Sample.none(Outcome.VALUE_OUT_OF_RANGE);
        };
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
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), data)) {
            parser.nextToken();
            for (String name; (name = parser.nextName()) != null; ) {
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "entityId" -> entity = parser.getString();
                    case "feature" -> feature = parser.getString();
                    case "type" -> rule = parser.getString();
                    case "details" -> {
                        Arrays.fill(decision, null);
                        if (token == JsonToken.START_OBJECT) {
                            readDecision(parser, decision);
                        }
                    }
                    case "entityAttributes" -> {
                        if (attribute != null && token == JsonToken.START_OBJECT) {
                            attributeValue = readAttribute(parser, attribute);
                        }
                    }
                    default -> {
                        // Says nothing about who decided.
                    }
                }
                parser.skipChildren();
            }
        }
        if (entity == null || feature == null) {
            return null;
        }
        return RULE.equals(rule)
                ? new Evaluation(entity, feature, decision[0], decision[1], attributeValue)
                : new Evaluation(entity, feature, null, null, attributeValue);
    }

    private static void readDecision(JsonParser parser, @Nullable String[] decision) {
        for (String name; (name = parser.nextName()) != null; ) {
            String text = parser.nextToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
            switch (name) {
                case "experiment" -> decision[0] = text;
                case "treatment" -> decision[1] = text;
                default -> {
                    // The salt and whatever a client adds.
                }
            }
            parser.skipChildren();
        }
    }

    /** Each attribute is in an object whose one name is the type: {@code {"browser":{"s":"Chrome"}}}. */
    private static @Nullable String readAttribute(JsonParser parser, String attribute) {
        String value = null;
        for (String name; (name = parser.nextName()) != null; ) {
            JsonToken token = parser.nextToken();
            if (name.equals(attribute) && token == JsonToken.START_OBJECT) {
                while (parser.nextName() != null) {
                    value = parser.nextToken().isScalarValue() ? parser.getString() : null;
                    parser.skipChildren();
                }
            } else {
                parser.skipChildren();
            }
        }
        return value;
    }
}
