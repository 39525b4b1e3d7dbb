package io.github.evidently.quota;

import io.github.evidently.error.InvalidSettingException;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the rate limits and of the maximum numbers of resources; 0 for no limit. The profile {@code aws} sets the
 * limits of AWS.
 *
 * @param putProjectEvents calls per second
 * @param evaluateFeature calls per second
 * @param batchEvaluateFeature calls per second
 * @param controlPlane calls per second of all other operations together
 * @param perCredential calls per second of one credential, of all operations together
 * @param projects in the account
 * @param segments in the account
 */
public record QuotaProperties(
        @DefaultValue("0") int putProjectEvents,
        @DefaultValue("0") int evaluateFeature,
        @DefaultValue("0") int batchEvaluateFeature,
        @DefaultValue("0") int controlPlane,
        @DefaultValue("0") int perCredential,
        @DefaultValue("0") int projects,
        @DefaultValue("0") int segments,
        @DefaultValue("0") int featuresPerProject,
        @DefaultValue("0") int launchesPerProject,
        @DefaultValue("0") int experimentsPerProject,
        @DefaultValue("0") int runningLaunchesPerProject,
        @DefaultValue("0") int runningExperimentsPerProject) {

    /** Tells whether any rate limit is set. */
    boolean limitCalls() {
        return (putProjectEvents | evaluateFeature | batchEvaluateFeature | controlPlane | perCredential) > 0;
    }

    public QuotaProperties {
        requireNotNegative("put-project-events", putProjectEvents);
        requireNotNegative("evaluate-feature", evaluateFeature);
        requireNotNegative("batch-evaluate-feature", batchEvaluateFeature);
        requireNotNegative("control-plane", controlPlane);
        requireNotNegative("per-credential", perCredential);
        requireNotNegative("projects", projects);
        requireNotNegative("segments", segments);
        requireNotNegative("features-per-project", featuresPerProject);
        requireNotNegative("launches-per-project", launchesPerProject);
        requireNotNegative("experiments-per-project", experimentsPerProject);
        requireNotNegative("running-launches-per-project", runningLaunchesPerProject);
        requireNotNegative("running-experiments-per-project", runningExperimentsPerProject);
    }

    private static void requireNotNegative(String name, int quota) {
        if (quota < 0) {
            throw new InvalidSettingException("evidently.access.quotas." + name + " is " + quota + ", less than 0");
        }
    }
}
