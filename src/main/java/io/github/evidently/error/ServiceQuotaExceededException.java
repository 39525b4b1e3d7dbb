package io.github.evidently.error;

import org.jspecify.annotations.Nullable;

/** 402: the account has reached a quota (service model). */
public final class ServiceQuotaExceededException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String resourceId;
    private final @Nullable String resourceType;
    private final @Nullable String serviceCode;
    private final @Nullable String quotaCode;

    /**
     * @param resourceId the ARN of the resource that was not added
     * @param resourceType the lower-case kind, for example {@code project}
     * @param serviceCode {@code evidently}
     * @param quotaCode the name of the quota
     */
    public ServiceQuotaExceededException(
            String message,
            @Nullable String resourceId,
            @Nullable String resourceType,
            @Nullable String serviceCode,
            @Nullable String quotaCode) {
        super(message);
        this.resourceId = resourceId;
        this.resourceType = resourceType;
        this.serviceCode = serviceCode;
        this.quotaCode = quotaCode;
    }

    public @Nullable String resourceId() {
        return resourceId;
    }

    public @Nullable String resourceType() {
        return resourceType;
    }

    public @Nullable String serviceCode() {
        return serviceCode;
    }

    public @Nullable String quotaCode() {
        return quotaCode;
    }
}
