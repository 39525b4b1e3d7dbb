package io.github.evidently.evaluation;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a feature from a snapshot of all that decides on it. Immutable.
 *
 * @param fallback the default variation
 * @param overrides by entity id
 * @param launch the running launch
 * @param experiment the running experiment
 */
record FeatureEvaluator(
        Evaluation fallback,
        Map<String, Evaluation> overrides,
        @Nullable LaunchRule launch,
        @Nullable ExperimentRule experiment) {

    /**
     * Returns what the entity gets: by an override for it, else by the launch, else by the experiment, else the
     * default.
     *
     * @param context a JSON object as text
     */
    Evaluation evaluate(String entityId, String context, Instant now) {
        Evaluation override = overrides.get(entityId);
        if (override != null) {
            return override;
        }
        Evaluation evaluation =
                launch == null ? null : launch.evaluate(entityId, context, now).orElse(null);
        if (evaluation == null && experiment != null) {
            evaluation = experiment.evaluate(entityId, context).orElse(null);
        }
        return evaluation == null ? fallback : evaluation;
    }
}
