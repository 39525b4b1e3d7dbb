package io.github.evidently.audit;

import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.Operation;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The action and the resource of a request, as policies name them.
 *
 * @param action an operation of Evidently, such as {@code evidently:GetProject}, or one of this server's own, such as
 *     {@code evidently-emulator:Reset}
 * @param resource the ARN of the resource, or {@code *} where there is none
 * @param change whether it changes more than the events
 */
public record Target(String action, String resource, boolean change) {

    private static final String OWN_PATH = "/_evidently/";
    private static final String ACTUATOR_PATH = "/actuator";
    private static final Set<String> OPEN_PATHS =
            Set.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness");

    // Matched as Spring routes, which decodes each segment: "%72eset" is "reset". All other paths are read-only.
    private static final Map<PathPattern, String> OWN_ACTIONS = Map.of(
            pattern("/_evidently/backup"), "Backup",
            pattern("/_evidently/clock"), "Clock",
            pattern("/_evidently/export"), "Export",
            pattern("/_evidently/faults"), "Faults",
            pattern("/_evidently/faults/{id}"), "Faults",
            pattern("/_evidently/reset"), "Reset");

    /** Tells whether any caller may call it: the checks of a load balancer. */
    public static boolean isOpen(String rawPath) {
        return OPEN_PATHS.contains(rawPath);
    }

    /**
     * Returns the target of a request.
     *
     * @param rawPath the path as sent, still percent-encoded
     * @return empty when nothing has that method and path
     */
    public static Optional<Target> find(String method, String rawPath, ServerIdentity identity) {
        boolean change = !method.equals("GET") && !method.equals("HEAD");
        Optional<Target> own = findOwn(rawPath, change);
        if (own.isPresent() || rawPath.startsWith(OWN_PATH)) {
            return own.or(() -> change ? Optional.empty() : Optional.of(own("Inspect", false)));
        }
        if (rawPath.equals(ACTUATOR_PATH) || rawPath.startsWith(ACTUATOR_PATH + "/")) {
            return Optional.of(own("Monitor", change));
        }
        return Operation.find(method, rawPath)
                .map(operation -> new Target(
                        "evidently:" + operation.name(),
                        resource(operation.labels(rawPath), identity),
                        operation.changes()));
    }

    private static Optional<Target> findOwn(String rawPath, boolean change) {
        // An underscore, which no operation's path begins with, may be encoded.
        if (!rawPath.startsWith("/_") && !rawPath.startsWith("/%")) {
            return Optional.empty();
        }
        PathContainer container = PathContainer.parsePath(rawPath);
        return OWN_ACTIONS.entrySet().stream()
                .filter(entry -> entry.getKey().matches(container))
                .findFirst()
                .map(entry -> own(entry.getValue(), change));
    }

    private static PathPattern pattern(String path) {
        return PathPatternParser.defaultInstance.parse(path);
    }

    private static Target own(String name, boolean change) {
        return new Target("evidently-emulator:" + name, "*", change);
    }

    private static String resource(Map<String, String> labels, ServerIdentity identity) {
        String resourceArn = labels.get("resourceArn");
        if (resourceArn != null) {
            return resourceArn;
        }
        String segment = labels.get("segment");
        if (segment != null) {
            return isArn(segment) ? segment : identity.segmentArn(segment);
        }
        String project = labels.get("project");
        if (project == null) {
            return "*";
        }
        String projectArn = isArn(project) ? project : identity.projectArn(project);
        for (String type : new String[] {"feature", "launch", "experiment"}) {
            String name = labels.get(type);
            if (name != null) {
                // Always below the project of the path: the operation acts on that project.
                return projectArn + "/" + type + "/" + name;
            }
        }
        return projectArn;
    }

    private static boolean isArn(String reference) {
        return reference.startsWith("arn:");
    }
}
