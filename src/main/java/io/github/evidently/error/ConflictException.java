package io.github.evidently.error;

import org.jspecify.annotations.Nullable;

/** 409: the request contradicts the state of a resource, for example a name that exists (service model). */
public final class ConflictException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String resourceId;
    private final @Nullable String resourceType;

    /**
     * @param resourceId the ARN of the resource
     * @param resourceType the lower-case kind, for example {@code project}
     */
    public ConflictException(String message, @Nullable String resourceId, @Nullable String resourceType) {
        super(message);
        this.resourceId = resourceId;
        this.resourceType = resourceType;
    }

    public @Nullable String resourceId() {
        return resourceId;
    }

    public @Nullable String resourceType() {
        return resourceType;
    }
}
