package io.github.evidently.experiment;

import io.github.evidently.error.ValidationException;
import io.github.evidently.lifecycle.SplitWeight;
import io.github.evidently.resource.Name;
import jakarta.validation.constraints.NotNull;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The division of the audience (model shapes {@code OnlineAbConfig} and {@code OnlineAbDefinition}, which have the same
 * members).
 *
 * @param treatmentWeights shares of the audience by treatment; a treatment that is not named has none
 */
public record OnlineAbConfig(
        @Nullable @Name String controlTreatmentName,

        @Nullable Map<@Name String, @NotNull @SplitWeight Long> treatmentWeights) {

    /** A division without members: everything follows from the treatments. */
    static final OnlineAbConfig NONE = new OnlineAbConfig(null, null);

    /** Returns this division, with the members of another one where it has none. */
    OnlineAbConfig or(OnlineAbConfig other) {
        return new OnlineAbConfig(
                controlTreatmentName == null ? other.controlTreatmentName : controlTreatmentName,
                treatmentWeights == null ? other.treatmentWeights : treatmentWeights);
    }

    /**
     * Makes sure that it names only treatments of the experiment.
     *
     * @throws ValidationException naming the member that violates that
     */
    void requireKnown(List<Treatment> treatments) {
        Set<String> names = treatments.stream().map(Treatment::name).collect(Collectors.toSet());
        if (controlTreatmentName != null && !names.contains(controlTreatmentName)) {
            throw unknownTreatment("onlineAbConfig.controlTreatmentName");
        }
        if (treatmentWeights != null) {
            for (String treatment : treatmentWeights.keySet()) {
                if (!names.contains(treatment)) {
                    throw unknownTreatment("onlineAbConfig.treatmentWeights." + treatment);
                }
            }
        }
    }

    private static ValidationException unknownTreatment(String member) {
        return ValidationException.field(member, "Member must be the name of a treatment of the experiment");
    }

    /**
     * Returns the requested control treatment, else the first that serves a feature's default variation, else the first
     * of all.
     */
    String control(List<Treatment> treatments, Predicate<Treatment> servesDefault) {
        return controlTreatmentName == null
                ? treatments.stream()
                        .filter(servesDefault)
                        .findFirst()
                        .orElse(treatments.getFirst())
                        .name()
                : controlTreatmentName;
    }

    /**
     * Returns the requested weights, else equal ones. The remainder of an uneven division goes to the first treatments.
     */
    Map<String, Long> weights(List<Treatment> treatments) {
        Map<String, Long> given = treatmentWeights == null ? Map.of() : treatmentWeights;
        Map<String, Long> weights = new LinkedHashMap<>();
        for (Treatment treatment : treatments) {
            int before = weights.size();
            long equal = (SplitWeight.ALL + treatments.size() - 1L - before) / treatments.size();
            weights.put(treatment.name(), given.isEmpty() ? equal : given.getOrDefault(treatment.name(), 0L));
        }
        return weights;
    }
}
