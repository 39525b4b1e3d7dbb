package io.github.evidently.experiment;

import io.github.evidently.lifecycle.Execution;
import io.github.evidently.lifecycle.Status;
import io.github.evidently.metric.MetricGoal;
import io.github.evidently.resource.ServerIdentity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answer of CreateExperiment, GetExperiment and UpdateExperiment. */
record ExperimentResponse(Details experiment) {

    /** Model shape {@code ExperimentSchedule}. */
    record Schedule(long analysisCompleteTime) {}

    /** Model shape {@code Experiment}, times in whole epoch seconds; the segment is its ARN. */
    record Details(
            String arn,
            long createdTime,
            @Nullable String description,
            Execution.@Nullable View execution,
            long lastUpdatedTime,
            List<MetricGoal> metricGoals,
            String name,
            OnlineAbConfig onlineAbDefinition,
            String project,
            String randomizationSalt,
            long samplingRate,
            @Nullable Schedule schedule,
            @Nullable String segment,
            Status status,
            @Nullable String statusReason,
            Map<String, String> tags,
            List<Treatment> treatments,
            String type) {

        static Details of(Experiment experiment, ServerIdentity identity) {
            return new Details(
                    experiment.arn(identity),
                    experiment.createdTime().getEpochSecond(),
                    experiment.description(),
                    experiment.execution() == null
                            ? null
                            : experiment.execution().view(),
                    experiment.lastUpdatedTime().getEpochSecond(),
                    experiment.metricGoals(),
                    experiment.name(),
                    new OnlineAbConfig(experiment.controlTreatmentName(), experiment.treatmentWeights()),
                    identity.projectArn(experiment.project()),
                    experiment.randomizationSalt(),
                    experiment.samplingRate(),
                    experiment.analysisCompleteTime() == null
                            ? null
                            : new Schedule(experiment.analysisCompleteTime().getEpochSecond()),
                    experiment.segment() == null ? null : identity.segmentArn(experiment.segment()),
                    experiment.status(),
                    experiment.statusReason(),
                    experiment.tags(),
                    experiment.treatments(),
                    experiment.kind().type());
        }
    }
}
