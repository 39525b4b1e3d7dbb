package io.github.evidently.experiment;

import io.github.evidently.metric.MetricGoal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The metrics, treatments and audience of an experiment.
 *
 * @param metricGoals 1 to 3
 * @param treatments 2 to 5, of different names
 * @param controlTreatmentName the treatment that the others are compared with
 * @param treatmentWeights shares of the audience by treatment, in thousandths of a percent
 * @param samplingRate how much of the traffic takes part, in thousandths of a percent
 * @param segment the name of the segment whose members may take part; null for all entities
 */
public record ExperimentDesign(
        List<MetricGoal> metricGoals,
        List<Treatment> treatments,
        String controlTreatmentName,
        Map<String, Long> treatmentWeights,
        String randomizationSalt,
        long samplingRate,
        @Nullable String segment) {

    /** Returns how the audience is divided. */
    OnlineAbConfig division() {
        return new OnlineAbConfig(controlTreatmentName, treatmentWeights);
    }
}
