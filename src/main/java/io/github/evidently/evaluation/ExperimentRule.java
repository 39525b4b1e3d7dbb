package io.github.evidently.evaluation;

import io.github.evidently.evaluation.Assignment.Purpose;
import io.github.evidently.pattern.EventPattern;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running experiment, reduced to what concerns one of its features.
 *
 * @param segment the entities that may take part; null for all
 * @param samplingRate how many of the 100,000 places take part
 * @param evaluations what a treatment gives, by its name; without the treatments of other features
 */
record ExperimentRule(
        String salt,
        @Nullable EventPattern segment,
        long samplingRate,
        Split split,
        Map<String, Evaluation> evaluations) {

    /**
     * Returns what the entity gets; empty when it does not take part.
     *
     * @param context a JSON object as text
     */
    Optional<Evaluation> evaluate(String entityId, String context) {
        if ((segment != null && !segment.matches(context))
                || Assignment.place(Purpose.SAMPLING, salt, "", entityId) >= samplingRate) {
            return Optional.empty();
        }
        return split.at(Assignment.place(Purpose.TREATMENT, salt, "", entityId)).map(evaluations::get);
    }
}
