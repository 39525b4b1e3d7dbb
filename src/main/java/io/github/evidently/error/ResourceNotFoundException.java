package io.github.evidently.error;

import org.jspecify.annotations.Nullable;

/**
 * 404: the request names a resource that does not exist (service model).
 *
 * <p>AWS has two styles, both observed: the data plane says "X does not exist with arn '…'" and leaves the two members
 * null, the control plane says "X with arn '…' does not exist." and fills them.
 */
public final class ResourceNotFoundException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final @Nullable String resourceId;
    private final @Nullable String resourceType;

    private ResourceNotFoundException(String message, @Nullable String resourceId, @Nullable String resourceType) {
        super(message);
        this.resourceId = resourceId;
        this.resourceType = resourceType;
    }

    /** The error of PutProjectEvents and of the other data plane operations. */
    public static ResourceNotFoundException dataPlaneProject(String arn) {
        return new ResourceNotFoundException("Project does not exist with arn '" + arn + "'", null, null);
    }

    /** The error of the operations that manage projects. */
    public static ResourceNotFoundException controlPlaneProject(String arn) {
        return new ResourceNotFoundException("Project with arn '" + arn + "' does not exist.", arn, "project");
    }

    public @Nullable String resourceId() {
        return resourceId;
    }

    public @Nullable String resourceType() {
        return resourceType;
    }
}
