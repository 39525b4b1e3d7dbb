package io.github.evidently.feature;

import io.github.evidently.error.ValidationException;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A feature and its variations (model shape {@code Feature}).
 *
 * @param valueType the type of all its variations
 * @param variations 1 to 5, in the order in which they were added
 * @param defaultVariation the name of one of them
 * @param entityOverrides which variation an entity always gets, by entity id
 */
public record Feature(
        String project,
        String name,
        @Nullable String description,
        EvaluationStrategy evaluationStrategy,
        ValueType valueType,
        List<Variation> variations,
        String defaultVariation,
        Map<String, String> entityOverrides,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags)
        implements Resource<Feature> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "feature";

    /** The kind of these resources. */
    public static final Kind<Feature> FEATURES = new Kind<>(KIND, Feature.class);

    /** The longest entity id in characters; the shortest has one. */
    public static final int ENTITY_ID_LENGTH_MAX = 512;

    static final int VARIATIONS_MAX = 5;

    /** The maximum number of overrides (API reference). */
    static final int OVERRIDES_MAX = 2500;

    /** The maximum size of all overrides together, with 6 bytes added for each (API reference). */
    private static final int OVERRIDES_SIZE_MAX = 40 * 1024;

    private static final int OVERRIDE_OVERHEAD = 6;

    /** Model shape {@code FeatureEvaluationStrategy}. */
    public enum EvaluationStrategy {
        ALL_RULES,
        /** The default variation for all entities, regardless of launches, experiments and overrides. */
        DEFAULT_VARIATION
    }

    /** Model shape {@code VariationValueType}. */
    public enum ValueType {
        STRING,
        LONG,
        DOUBLE,
        BOOLEAN
    }

    /** Returns the variation of that name. */
    public Optional<Variation> variation(String name) {
        return variations.stream()
                .filter(variation -> variation.name().equals(name))
                .findFirst();
    }

    /** @throws ValidationException naming the invalid member of the request */
    static Feature of(String project, CreateFeatureRequest request, Instant now) {
        requireValues("variations", request.variations(), null);
        requireUniqueNames("variations", request.variations());
        Feature feature = new Feature(
                project,
                request.name(),
                request.description(),
                request.evaluationStrategy() == null ? EvaluationStrategy.ALL_RULES : request.evaluationStrategy(),
                requireType("variations.0.value", request.variations().getFirst()),
                request.variations(),
                request.defaultVariation() == null
                        ? request.variations().getFirst().name()
                        : request.defaultVariation(),
                request.entityOverrides() == null ? Map.of() : request.entityOverrides(),
                now,
                now,
                request.tags() == null ? Map.of() : request.tags());
        if (feature.variation(feature.defaultVariation).isEmpty()) {
            throw unknownVariation("defaultVariation");
        }
        feature.requireOverrides("entityOverrides");
        return feature;
    }

    /**
     * Returns the feature after an update. Variations that stay keep their place, new ones follow.
     *
     * @throws ValidationException naming the invalid member of the request
     */
    Feature updated(UpdateFeatureRequest request, Instant now) {
        List<Variation> changes = request.addOrUpdateVariations() == null ? List.of() : request.addOrUpdateVariations();
        List<String> removals = request.removeVariations() == null ? List.of() : request.removeVariations();
        requireValues("addOrUpdateVariations", changes, valueType);
        requireUniqueNames("addOrUpdateVariations", changes);
        List<Variation> remaining = new ArrayList<>(variations);
        remaining.removeIf(variation -> removals.contains(variation.name()));
        for (Variation change : changes) {
            int place = remaining.stream().map(Variation::name).toList().indexOf(change.name());
            if (place < 0) {
                remaining.add(change);
            } else {
                remaining.set(place, change);
            }
        }
        if (remaining.size() > VARIATIONS_MAX) {
            throw ValidationException.field(
                    "addOrUpdateVariations", "The feature must have at most " + VARIATIONS_MAX + " variations");
        }
        if (remaining.isEmpty()) {
            throw ValidationException.field("removeVariations", "The feature must keep at least one variation");
        }
        Feature updated = new Feature(
                project,
                name,
                request.description() == null ? description : request.description(),
                request.evaluationStrategy() == null ? evaluationStrategy : request.evaluationStrategy(),
                valueType,
                List.copyOf(remaining),
                request.defaultVariation() == null ? defaultVariation : request.defaultVariation(),
                request.entityOverrides() == null ? entityOverrides : request.entityOverrides(),
                createdTime,
                now,
                tags);
        if (updated.variation(updated.defaultVariation).isEmpty()) {
            if (request.defaultVariation() != null) {
                throw unknownVariation("defaultVariation");
            }
            throw ValidationException.field(
                    "removeVariations", "The default variation can only be removed together with a new default");
        }
        updated.requireOverrides(request.entityOverrides() == null ? "removeVariations" : "entityOverrides");
        return updated;
    }

    /** Returns the variations that an update removes. */
    List<String> removed(Feature updated) {
        return variations.stream()
                .map(Variation::name)
                .filter(variation -> updated.variation(variation).isEmpty())
                .toList();
    }

    @Override
    public Feature withTags(Map<String, String> tags, Instant now) {
        return new Feature(
                project,
                name,
                description,
                evaluationStrategy,
                valueType,
                variations,
                defaultVariation,
                entityOverrides,
                createdTime,
                now,
                tags);
    }

    /** @param member the name of the invalid member, for the error */
    private void requireOverrides(String member) {
        long size = 0;
        for (Map.Entry<String, String> override : entityOverrides.entrySet()) {
            if (variation(override.getValue()).isEmpty()) {
                throw member.equals("entityOverrides")
                        ? unknownVariation(member + "." + override.getKey())
                        : ValidationException.field(member, "An entity override names a variation that is removed");
            }
            size += override.getKey().getBytes(StandardCharsets.UTF_8).length
                    + override.getValue().length()
                    + OVERRIDE_OVERHEAD;
        }
        if (size > OVERRIDES_SIZE_MAX) {
            throw ValidationException.field(
                    member,
                    "Member must take at most " + OVERRIDES_SIZE_MAX + " bytes, with " + OVERRIDE_OVERHEAD
                            + " for each override on top of its texts");
        }
    }

    private static ValidationException unknownVariation(String member) {
        return ValidationException.field(member, "Member must be the name of a variation of the feature");
    }

    private static void requireValues(String member, List<Variation> variations, @Nullable ValueType given) {
        ValueType expected = given;
        for (int i = 0; i < variations.size(); i++) {
            String value = member + "." + i + ".value";
            ValueType type = requireType(value, variations.get(i));
            if (expected != null && type != expected) {
                throw ValidationException.field(
                        value, "Member must be of the type of the feature's other variations, " + expected);
            }
            expected = type;
        }
    }

    private static ValueType requireType(String member, Variation variation) {
        ValueType type = variation.value().type();
        if (type == null) {
            throw ValidationException.field(
                    member, "Member must have exactly one of boolValue, doubleValue, longValue, stringValue");
        }
        Double doubleValue = variation.value().doubleValue();
        if (doubleValue != null && !Double.isFinite(doubleValue)) {
            throw ValidationException.field(member + ".doubleValue", "Member must be within the range of a double");
        }
        return type;
    }

    private static void requireUniqueNames(String member, List<Variation> variations) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < variations.size(); i++) {
            if (!names.add(variations.get(i).name())) {
                throw ValidationException.field(member + "." + i + ".name", "Member must be unique in the list");
            }
        }
    }
}
