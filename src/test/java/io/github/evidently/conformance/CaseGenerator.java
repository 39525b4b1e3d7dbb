package io.github.evidently.conformance;

import io.github.evidently.conformance.Case.Edit;
import io.github.evidently.conformance.Case.Kind;
import io.github.evidently.conformance.Case.Outcome;
import io.github.evidently.conformance.ServiceModel.Location;
import io.github.evidently.conformance.ServiceModel.Member;
import io.github.evidently.conformance.ServiceModel.Operation;
import io.github.evidently.conformance.ServiceModel.Shape;
import io.github.evidently.conformance.ServiceModel.ShapeType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes the cases of an operation: each member of its request, however deep, broken in each way that the model forbids,
 * and at each bound that it allows.
 *
 * <p>What HTTP cannot say is left out: a path label that is missing, null or empty makes another route; a query
 * parameter has no null and, where it is a text, no wrong type, and an empty one counts as absent.
 */
final class CaseGenerator {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** One value of each kind that JSON has, and two that lenient parsers convert. */
    private static final List<JsonNode> KINDS = List.of(
            JSON.stringNode("x"),
            JSON.stringNode(""),
            JSON.stringNode("1"),
            JSON.numberNode(1),
            JSON.numberNode(1.5),
            JSON.booleanNode(true),
            JSON.objectNode(),
            JSON.arrayNode());

    private static final List<String> OFF_PATTERN =
            List.of("a b", "a/b", "é-é", "ab\n", "aws:x", "-ab-", "ABC", "arn:aws:evidently", "a".repeat(9));

    private static final int GROUPS_MAX = 5;

    /** Names that a request itself gives: where one changes, whatever refers to it in the request changes with it. */
    private static final Set<String> DEFINED = Set.of("VariationName", "TreatmentName", "GroupName");

    private final int variant;
    private final ObjectNode request;
    private final List<Case> cases = new ArrayList<>();

    private CaseGenerator(int variant, ObjectNode request) {
        this.variant = variant;
        this.request = request;
    }

    /**
     * The cases of an operation, those of a member one after the other.
     *
     * @param requests a valid request of each variant; a member is tried in the first that has it
     */
    static List<Case> cases(Operation operation, List<ObjectNode> requests) {
        List<Case> cases = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int variant = 0; variant < requests.size(); variant++) {
            CaseGenerator generator = new CaseGenerator(variant, requests.get(variant));
            generator.members(new Place(List.of(), Location.BODY), operation.input());
            List<Case> unseen = generator.cases.stream()
                    .filter(made -> !seen.contains(made.path()))
                    .toList();
            unseen.forEach(made -> seen.add(made.path()));
            cases.addAll(unseen);
        }
        return cases;
    }

    private void members(Place place, Shape shape) {
        for (String name : place.in(request).propertyNames()) {
            Member member = shape.members().get(name);
            Place inner = place.member(member);
            Outcome absent = shape.union()
                    ? new Outcome.Refused(place.path())
                    : member.required() ? new Outcome.Refused(inner.path()) : new Outcome.Accepted();
            // Without its one member a union is empty, which is a case of its own.
            if (inner.location() != Location.PATH && !shape.union()) {
                add(Kind.MISSING, inner, "not there", inner::remove, absent);
            }
            if (inner.location() == Location.BODY) {
                add(Kind.NULL, inner, "null", root -> inner.put(root, JSON.nullNode()), absent);
            }
            value(inner, member.shape());
        }
    }

    private void value(Place place, Shape shape) {
        KINDS.stream()
                .filter(kind -> place.location() == Location.BODY || isIllTypedQuery(place, shape, kind))
                .filter(kind -> !isOfType(shape.type(), kind))
                .forEach(kind -> refuse(Kind.ILL_TYPED, place, kind.toString(), root -> place.put(root, kind)));
        switch (shape.type()) {
            case STRUCTURE -> {
                if (shape.union()) {
                    union(place);
                }
                members(place, shape);
            }
            case LIST -> {
                sizes(place, shape);
                element(place.member("0"), shape);
            }
            case MAP -> {
                sizes(place, shape);
                String key = place.in(request).propertyNames().iterator().next();
                key(place, key, shape.key());
                element(place.member(key), shape);
            }
            case STRING -> {
                String valid = place.in(request).stringValue();
                texts(place, shape, valid, (root, text) -> place.put(root, JSON.stringNode(text)), text -> place);
                values(place, shape);
            }
            case INTEGER, LONG -> numbers(place, shape);
            case DOUBLE, BOOLEAN, TIMESTAMP -> {
                // The model has no bounds for them.
            }
        }
    }

    private static boolean isIllTypedQuery(Place place, Shape shape, JsonNode kind) {
        return place.location() == Location.QUERY
                && shape.type().isWholeNumber()
                && (kind.isNumber() || kind.asString("").equals("x"));
    }

    private static boolean isOfType(ShapeType type, JsonNode value) {
        return switch (type) {
            case STRUCTURE, MAP -> value.isObject();
            case LIST -> value.isArray();
            case STRING -> value.isString();
            case INTEGER, LONG -> value.isIntegralNumber();
            case DOUBLE, TIMESTAMP -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
        };
    }

    private void union(Place place) {
        refuse(Kind.BELOW, place, "no member", root -> place.put(root, JSON.objectNode()));
        String other = place.in(request).has("longValue") ? "doubleValue" : "longValue";
        refuse(Kind.ABOVE, place, "two members", root -> place.member(other).put(root, JSON.numberNode(1)));
    }

    private void element(Place place, Shape container) {
        if (place.location() == Location.BODY) {
            refuse(Kind.NULL, place, "null", root -> place.put(root, JSON.nullNode()));
        }
        value(place, container.element());
    }

    private void sizes(Place place, Shape shape) {
        bounds(
                place,
                shape,
                "elements",
                count -> root -> {
                    int size = Math.toIntExact(count);
                    place.put(root, ofSize(place.in(root), size, shape.element().values()));
                    if (shape.name().equals("GroupToWeightMap") && size > 0) {
                        // Weights are those of groups, so there must be as many, of the same names.
                        root.set("groups", ofSize(root.path("groups"), Math.min(size, GROUPS_MAX), List.of()));
                    }
                },
                count -> count >= 0);
    }

    private void numbers(Place place, Shape shape) {
        bounds(place, shape, "as value", number -> root -> place.put(root, JSON.numberNode(number)), _ -> true);
    }

    private interface Sized {
        Edit of(long size);
    }

    private void bounds(Place place, Shape shape, String unit, Sized edit, LongPredicate isPossible) {
        if (shape.min() != null && isPossible.test(shape.min() - 1)) {
            refuse(Kind.BELOW, place, shape.min() - 1 + " " + unit, edit.of(shape.min() - 1));
        }
        if (shape.max() != null) {
            refuse(Kind.ABOVE, place, shape.max() + 1 + " " + unit, edit.of(shape.max() + 1));
        }
        if (shape.min() != null) {
            add(Kind.AT_MIN, place, shape.min() + " " + unit, edit.of(shape.min()), accepted(place));
        }
        if (shape.max() != null) {
            add(Kind.AT_MAX, place, shape.max() + " " + unit, edit.of(shape.max()), accepted(place));
        }
    }

    private interface TextEdit {
        void apply(ObjectNode root, String text);
    }

    private interface Named {
        Place by(String text);
    }

    /**
     * The cases of a text or of a map's key.
     *
     * @param named which place the server must name for a text
     */
    private void texts(Place place, Shape shape, String valid, TextEdit edit, Named named) {
        long min = shape.min() == null ? 0 : shape.min();
        boolean mayBeEmpty = place.location() == Location.BODY;
        if (min > 1 || (min == 1 && mayBeEmpty)) {
            text(Kind.BELOW, place, shape, valid, min - 1, edit, named);
        }
        if (shape.max() != null) {
            text(Kind.ABOVE, place, shape, valid, shape.max() + 1, edit, named);
        }
        if (shape.min() != null && (min > 0 || mayBeEmpty)) {
            text(Kind.AT_MIN, place, shape, valid, min, edit, named);
        }
        if (shape.max() != null) {
            text(Kind.AT_MAX, place, shape, valid, shape.max(), edit, named);
        }
        OFF_PATTERN.stream()
                .filter(text -> !shape.accepts(text) && text.length() >= min)
                .filter(text -> shape.max() == null || text.length() <= shape.max())
                .forEach(text -> add(
                        Kind.OFF_PATTERN,
                        place,
                        text,
                        root -> edit.apply(root, text),
                        new Outcome.Refused(named.by(text).path())));
    }

    private void text(Kind kind, Place place, Shape shape, String valid, long length, TextEdit edit, Named named) {
        String text = Samples.ofLength(shape, valid, length);
        if (text == null) {
            return;
        }
        boolean isValid = kind == Kind.AT_MIN || kind == Kind.AT_MAX;
        Edit whole = isValid && DEFINED.contains(shape.name())
                ? root -> rename(root, valid, text)
                : root -> edit.apply(root, text);
        Outcome outcome =
                isValid ? accepted(place) : new Outcome.Refused(named.by(text).path());
        add(kind, place, length + " characters", whole, outcome);
    }

    private void key(Place map, String key, Shape shape) {
        texts(
                map.member(key),
                shape,
                key,
                (root, text) -> {
                    JsonNode value = map.member(key).in(root);
                    map.member(key).remove(root);
                    map.member(text).put(root, value);
                },
                map::member);
    }

    private void values(Place place, Shape shape) {
        if (shape.values().isEmpty()) {
            return;
        }
        List<String> others =
                new ArrayList<>(List.of("NONSENSE", shape.values().getFirst().toLowerCase(Locale.ROOT) + "s"));
        if (place.location() == Location.BODY) {
            others.add("");
        }
        for (String other : others) {
            refuse(Kind.OFF_ENUM, place, other, root -> place.put(root, JSON.stringNode(other)));
        }
    }

    /** The list or map, cut, or with copies of its first element that differ in their names. */
    private static JsonNode ofSize(JsonNode container, int size, List<String> enumeration) {
        if (container instanceof ArrayNode list) {
            ArrayNode sized = JSON.arrayNode();
            for (int i = 0; i < size; i++) {
                sized.add(i < list.size() ? list.get(i) : copy(list.get(0), i, enumeration));
            }
            return sized;
        }
        ObjectNode sized = JSON.objectNode();
        Map.Entry<String, JsonNode> first = container.properties().iterator().next();
        for (int i = 0; i < size; i++) {
            sized.set(i == 0 ? first.getKey() : first.getKey() + i, first.getValue());
        }
        return sized;
    }

    private static JsonNode copy(JsonNode element, int i, List<String> enumeration) {
        if (element.isString()) {
            return enumeration.isEmpty()
                    ? JSON.stringNode(element.stringValue() + i)
                    : JSON.stringNode(enumeration.get(i % enumeration.size()));
        }
        JsonNode copy = element.deepCopy();
        distinguish(copy, i);
        return copy;
    }

    private static void distinguish(JsonNode copy, int i) {
        if (copy instanceof ObjectNode object) {
            object.properties().forEach(entry -> distinguish(entry.getValue(), i));
            if (object.path("name").isString()) {
                object.put("name", object.path("name").stringValue() + i);
            }
            for (String ordered : List.of("evaluationOrder", "startTime")) {
                if (object.has(ordered)) {
                    object.put(ordered, object.path(ordered).longValue() + i);
                }
            }
        }
    }

    private static void rename(JsonNode node, String from, String to) {
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).asString("").equals(from)) {
                    list.set(i, JSON.stringNode(to));
                }
                rename(list.get(i), from, to);
            }
        } else if (node instanceof ObjectNode object) {
            for (String name : List.copyOf(object.propertyNames())) {
                JsonNode value = object.get(name);
                rename(value, from, to);
                if (value.asString("").equals(from)) {
                    object.put(name, to);
                }
                if (name.equals(from)) {
                    object.set(to, object.remove(name));
                }
            }
        }
    }

    private static Outcome accepted(Place place) {
        return place.location() == Location.PATH ? new Outcome.NotFound() : new Outcome.Accepted();
    }

    private void refuse(Kind kind, Place place, String what, Edit edit) {
        add(kind, place, what, edit, new Outcome.Refused(place.path()));
    }

    private void add(Kind kind, Place place, String what, Edit edit, Outcome outcome) {
        cases.add(new Case(kind, place.path(), variant, what, edit, outcome));
    }

    /** A place in a request. */
    private record Place(List<String> steps, Location location) {

        Place member(String name) {
            return new Place(append(name), location);
        }

        Place member(Member member) {
            return new Place(append(member.name()), steps.isEmpty() ? member.location() : location);
        }

        private List<String> append(String step) {
            List<String> longer = new ArrayList<>(steps);
            longer.add(step);
            return longer;
        }

        Place parent() {
            return new Place(steps.subList(0, steps.size() - 1), location);
        }

        String path() {
            return String.join(".", steps);
        }

        JsonNode in(JsonNode root) {
            JsonNode node = root;
            for (String step : steps) {
                node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
            }
            return node;
        }

        void put(ObjectNode root, JsonNode value) {
            switch (parent().in(root)) {
                case ArrayNode list -> list.set(Integer.parseInt(steps.getLast()), value.deepCopy());
                case ObjectNode object -> object.set(steps.getLast(), value.deepCopy());
                default -> throw new IllegalStateException("no " + path() + " in " + root);
            }
        }

        void remove(ObjectNode root) {
            ((ObjectNode) parent().in(root)).remove(steps.getLast());
        }
    }
}
