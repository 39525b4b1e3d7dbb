package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.server.RequestPath;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;

/**
 * Maps requests to {@link DirectOperation}s. It comes before the mapping of the annotated methods, which tries their
 * patterns one after the other and binds the labels of a path by reflection: docs/adr/0025-direct-operations.md.
 */
@Component
final class DirectOperations extends AbstractHandlerMapping {

    private final List<DirectOperation> targets;

    DirectOperations(List<DirectOperation> targets) {
        this.targets = targets;
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    @Override
    protected @Nullable HttpRequestHandler getHandlerInternal(HttpServletRequest request) {
        RequestPath path = ServletRequestPathUtils.getParsedRequestPath(request);
        for (DirectOperation target : targets) {
            Operation operation = target.operation();
            if (operation.method().equals(request.getMethod())) {
                PathMatchInfo match = operation.path().matchAndExtract(path.pathWithinApplication());
                if (match != null) {
                    return handler(target, match.getUriVariables(), request);
                }
            }
        }
        return null;
    }

    private static HttpRequestHandler handler(
            DirectOperation target, Map<String, String> labels, HttpServletRequest request) {
        String pattern = target.operation().path().getPatternString();
        // The tag "uri" of http_server_requests.
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(context -> context.setPathPattern(pattern));
        return (call, response) -> target.handle(labels, call, response);
    }
}
