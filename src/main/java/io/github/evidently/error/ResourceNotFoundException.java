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

    /**
     * The error of PutProjectEvents and of the evaluations.
     *
     * @param type the lower-case kind of the resource, for example {@code project}
     */
    public static ResourceNotFoundException dataPlane(String type, String arn) {
        return new ResourceNotFoundException(dataPlaneMessage(type, arn), null, null);
    }

    /** The words of the data plane, which BatchEvaluateFeature also gives as the reason of an entry. */
    public static String dataPlaneMessage(String type, String arn) {
        return capitalized(type) + " does not exist with arn '" + arn + "'";
    }

    /**
     * The error of the operations that manage resources.
     *
     * @param type the lower-case kind of the resource, for example {@code project}
     */
    public static ResourceNotFoundException controlPlane(String type, String arn) {
        return new ResourceNotFoundException(capitalized(type) + " with arn '" + arn + "' does not exist.", arn, type);
    }

    private static String capitalized(String type) {
        return Character.toUpperCase(type.charAt(0)) + type.substring(1);
    }

    /** An error of this shape with whatever members. */
    public static ResourceNotFoundException of(
            String message, @Nullable String resourceId, @Nullable String resourceType) {
        return new ResourceNotFoundException(message, resourceId, resourceType);
    }

    public @Nullable String resourceId() {
        return resourceId;
    }

    public @Nullable String resourceType() {
        return resourceType;
    }
}
