package io.github.evidently.experiment;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.state.Kind;
import io.github.evidently.state.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An experiment (model shape {@code Experiment}).
 *
 * @param metricGoals 1 to 3
 * @param treatments 2 to 5, of different names
 * @param controlTreatmentName the treatment that the others are compared with
 * @param treatmentWeights shares of the audience by treatment, in thousandths of a percent
 * @param samplingRate how much of the traffic takes part, in thousandths of a percent
 * @param segment the name of the segment whose members may take part; null for all entities
 * @param analysisCompleteTime null until it is started
 * @param execution null until it is started
 */
public record Experiment(
        String project,
        String name,
        @Nullable String description,
        List<MetricGoal> metricGoals,
        List<Treatment> treatments,
        String controlTreatmentName,
        Map<String, Long> treatmentWeights,
        String randomizationSalt,
        long samplingRate,
        @Nullable String segment,
        Status status,
        @Nullable String statusReason,
        @Nullable Instant analysisCompleteTime,
        @Nullable Execution execution,
        Instant createdTime,
        Instant lastUpdatedTime,
        Map<String, String> tags)
        implements Resource<Experiment> {

    /** The name of this kind in ARNs. */
    public static final String KIND = "experiment";

    /** The kind of these resources. */
    public static final Kind<Experiment> EXPERIMENTS = new Kind<>(KIND, Experiment.class);

    /** The only value of model shape {@code ExperimentType}. */
    public static final String TYPE = "aws.evidently.onlineab";

    static final int GOALS_MAX = 3;
    static final int TREATMENTS_MIN = 2;
    static final int TREATMENTS_MAX = 5;

    boolean isRunning() {
        return status == Status.RUNNING;
    }

    /** Tells whether one of its treatments serves that feature. */
    public boolean uses(String feature) {
        return treatments.stream()
                .anyMatch(treatment -> treatment.featureVariations().containsKey(feature));
    }

    Experiment started(Instant analysisCompleteTime, Instant now) {
        return withStatus(Status.RUNNING, statusReason, analysisCompleteTime, new Execution(now, null), now, tags);
    }

    Experiment stopped(Status status, @Nullable String reason, Instant now) {
        if (execution == null) {
            throw new IllegalStateException("an experiment that runs was started");
        }
        return withStatus(status, reason, analysisCompleteTime, execution.ended(now), now, tags);
    }

    @Override
    public Experiment withTags(Map<String, String> tags, Instant now) {
        return withStatus(status, statusReason, analysisCompleteTime, execution, now, tags);
    }

    private Experiment withStatus(
            Status status,
            @Nullable String statusReason,
            @Nullable Instant analysisCompleteTime,
            @Nullable Execution execution,
            Instant now,
            Map<String, String> tags) {
        return new Experiment(
                project,
                name,
                description,
                metricGoals,
                treatments,
                controlTreatmentName,
                treatmentWeights,
                randomizationSalt,
                samplingRate,
                segment,
                status,
                statusReason,
                analysisCompleteTime,
                execution,
                createdTime,
                now,
                tags);
    }
}
