package io.github.evidently.evaluation;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A feature with all that decides on it, as it was at one moment. Immutable.
 *
 * @param fallback the default variation
 * @param overrides by entity id
 * @param launch the one that runs
 * @param experiment the one that runs
 */
record FeatureEvaluator(
        Evaluation fallback,
        Map<String, Evaluation> overrides,
        @Nullable LaunchRule launch,
        @Nullable ExperimentRule experiment) {

    /**
     * What the entity gets: by an override for it, else by the launch, else by the experiment, else the default.
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
