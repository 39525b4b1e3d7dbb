package io.github.evidently.error;

/** 409: the request contradicts the state of a resource, for example a name that exists (service model). */
public final class ConflictException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final String resourceId;
    private final String resourceType;

    /**
     * @param resourceId the ARN of the resource
     * @param resourceType the lower-case kind, for example {@code project}
     */
    public ConflictException(String message, String resourceId, String resourceType) {
        super(message);
        this.resourceId = resourceId;
        this.resourceType = resourceType;
    }

    public String resourceId() {
        return resourceId;
    }

    public String resourceType() {
        return resourceType;
    }
}
