package io.github.evidently.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * An operation of Evidently (service model).
 *
 * @param name as in the model, for example {@code PutProjectEvents}
 * @param method the HTTP method
 * @param path the path with its labels in braces
 * @param rateLimit the rate limit that its calls count for
 * @param changes whether it changes more than the events
 */
public record Operation(String name, String method, PathPattern path, RateLimit rateLimit, boolean changes) {

    /** The rate limits of AWS. All operations of the control plane share one. */
    public enum RateLimit {
        PUT_PROJECT_EVENTS,
        EVALUATE_FEATURE,
        BATCH_EVALUATE_FEATURE,
        CONTROL_PLANE
    }

    /** All 38 operations. */
    public static final List<Operation> ALL = List.of(
            reading("BatchEvaluateFeature", "/projects/{project}/evaluations", RateLimit.BATCH_EVALUATE_FEATURE),
            of("CreateExperiment", "POST", "/projects/{project}/experiments"),
            of("CreateFeature", "POST", "/projects/{project}/features"),
            of("CreateLaunch", "POST", "/projects/{project}/launches"),
            of("CreateProject", "POST", "/projects"),
            of("CreateSegment", "POST", "/segments"),
            of("DeleteExperiment", "DELETE", "/projects/{project}/experiments/{experiment}"),
            of("DeleteFeature", "DELETE", "/projects/{project}/features/{feature}"),
            of("DeleteLaunch", "DELETE", "/projects/{project}/launches/{launch}"),
            of("DeleteProject", "DELETE", "/projects/{project}"),
            of("DeleteSegment", "DELETE", "/segments/{segment}"),
            reading("EvaluateFeature", "/projects/{project}/evaluations/{feature}", RateLimit.EVALUATE_FEATURE),
            of("GetExperiment", "GET", "/projects/{project}/experiments/{experiment}"),
            reading(
                    "GetExperimentResults",
                    "/projects/{project}/experiments/{experiment}/results",
                    RateLimit.CONTROL_PLANE),
            of("GetFeature", "GET", "/projects/{project}/features/{feature}"),
            of("GetLaunch", "GET", "/projects/{project}/launches/{launch}"),
            of("GetProject", "GET", "/projects/{project}"),
            of("GetSegment", "GET", "/segments/{segment}"),
            of("ListExperiments", "GET", "/projects/{project}/experiments"),
            of("ListFeatures", "GET", "/projects/{project}/features"),
            of("ListLaunches", "GET", "/projects/{project}/launches"),
            of("ListProjects", "GET", "/projects"),
            of("ListSegmentReferences", "GET", "/segments/{segment}/references"),
            of("ListSegments", "GET", "/segments"),
            of("ListTagsForResource", "GET", "/tags/{resourceArn}"),
            reading("PutProjectEvents", "/events/projects/{project}", RateLimit.PUT_PROJECT_EVENTS),
            of("StartExperiment", "POST", "/projects/{project}/experiments/{experiment}/start"),
            of("StartLaunch", "POST", "/projects/{project}/launches/{launch}/start"),
            of("StopExperiment", "POST", "/projects/{project}/experiments/{experiment}/cancel"),
            of("StopLaunch", "POST", "/projects/{project}/launches/{launch}/cancel"),
            of("TagResource", "POST", "/tags/{resourceArn}"),
            reading("TestSegmentPattern", "/test-segment-pattern", RateLimit.CONTROL_PLANE),
            of("UntagResource", "DELETE", "/tags/{resourceArn}"),
            of("UpdateExperiment", "PATCH", "/projects/{project}/experiments/{experiment}"),
            of("UpdateFeature", "PATCH", "/projects/{project}/features/{feature}"),
            of("UpdateLaunch", "PATCH", "/projects/{project}/launches/{launch}"),
            of("UpdateProject", "PATCH", "/projects/{project}"),
            of("UpdateProjectDataDelivery", "PATCH", "/projects/{project}/data-delivery"));

    /** The operation whose entries are the events. */
    public static final Operation PUT_PROJECT_EVENTS = named("PutProjectEvents");

    /** The operation that an application calls for each decision. */
    public static final Operation EVALUATE_FEATURE = named("EvaluateFeature");

    private static final Map<String, List<Operation>> BY_SHAPE = ALL.stream()
            .collect(Collectors.groupingBy(operation -> shape(operation.method, operation.path.getPatternString())));

    private static Operation of(String name, String method, String path) {
        return new Operation(
                name,
                method,
                PathPatternParser.defaultInstance.parse(path),
                RateLimit.CONTROL_PLANE,
                !method.equals("GET"));
    }

    /** Returns an operation that is not GET and yet changes only the events. */
    private static Operation reading(String name, String path, RateLimit rateLimit) {
        return new Operation(name, "POST", PathPatternParser.defaultInstance.parse(path), rateLimit, false);
    }

    /** Returns the operation of that name, which must exist. */
    public static Operation named(String name) {
        return ALL.stream()
                .filter(operation -> operation.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no operation of Evidently"));
    }

    /** Returns the operation of a request, by its raw, still percent-encoded path. */
    public static Optional<Operation> find(String method, String rawPath) {
        List<Operation> candidates = BY_SHAPE.getOrDefault(shape(method, rawPath), List.of());
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        PathContainer container = PathContainer.parsePath(rawPath);
        return candidates.stream()
                .filter(operation -> operation.path.matches(container))
                .findFirst();
    }

    /**
     * Returns a key that few operations share: a label is one segment, so a path has as many segments as the pattern.
     */
    private static String shape(String method, String path) {
        return method + path.chars().filter(c -> c == '/').count();
    }

    /** Tells whether applications call it in production; the others manage resources. */
    public boolean isDataPlane() {
        return rateLimit != RateLimit.CONTROL_PLANE;
    }

    /** Returns the path's labels by name, percent-decoded; the path must be one of this operation's. */
    public Map<String, String> labels(String rawPath) {
        PathPattern.PathMatchInfo match = path.matchAndExtract(PathContainer.parsePath(rawPath));
        if (match == null) {
            throw new IllegalArgumentException(rawPath + " is no path of " + name);
        }
        return match.getUriVariables();
    }
}
