package io.github.evidently.quota;

import io.github.evidently.error.ServiceQuotaExceededException;
import io.github.evidently.resource.ResourceKind;
import io.github.evidently.resource.ResourceQuotas;
import org.springframework.stereotype.Component;

/** Limits the number of resources, as configured. */
@Component
final class AccountQuotas implements ResourceQuotas {

    static final String SERVICE_CODE = "evidently";

    private final QuotaProperties quotas;

    AccountQuotas(QuotaProperties quotas) {
        this.quotas = quotas;
    }

    /** A quota; its code is the name of its property. */
    private record Quota(String code, int value, String resourceType) {}

    @Override
    public void requireRoom(ResourceKind kind, String arn, long existing) {
        Quota quota = quota(kind);
        if (quota.value > 0 && existing >= quota.value) {
            throw new ServiceQuotaExceededException(
                    "Service quota exceeded: at most " + quota.value + " " + quota.code.replace('-', ' '),
                    arn,
                    quota.resourceType,
                    SERVICE_CODE,
                    quota.code);
        }
    }

    private Quota quota(ResourceKind kind) {
        return switch (kind) {
            case PROJECT -> new Quota("projects", quotas.projects(), "project");
            case SEGMENT -> new Quota("segments", quotas.segments(), "segment");
            case FEATURE -> new Quota("features-per-project", quotas.featuresPerProject(), "feature");
            case LAUNCH -> new Quota("launches-per-project", quotas.launchesPerProject(), "launch");
            case EXPERIMENT -> new Quota("experiments-per-project", quotas.experimentsPerProject(), "experiment");
            case RUNNING_LAUNCH ->
                new Quota("running-launches-per-project", quotas.runningLaunchesPerProject(), "launch");
            case RUNNING_EXPERIMENT ->
                new Quota("running-experiments-per-project", quotas.runningExperimentsPerProject(), "experiment");
        };
    }
}
