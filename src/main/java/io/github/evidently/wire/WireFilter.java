package io.github.evidently.wire;

import io.github.evidently.error.AccessDeniedException;
import io.github.evidently.error.ValidationException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Enumeration;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * What every request gets: a request id, the CORS headers that browser SDKs need, and a path without surprises.
 *
 * <p>Written by hand because the service's CORS trait is simpler than a CORS framework: every origin, every method, the
 * requested headers echoed, 600 seconds, and OPTIONS is answered here for any path. Only operations have it: a page that a
 * developer looks at must not read or reset the server on his machine.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class WireFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final Set<String> OPERATIONS = Operation.ALL.stream()
            .map(operation -> firstSegment(operation.path().getPatternString()))
            .collect(Collectors.toUnmodifiableSet());
    private static final String EXPOSED_HEADERS =
            "x-amzn-errortype,x-amzn-requestid,x-amzn-errormessage,x-amzn-trace-id,x-amz-apigw-id,date,retry-after,x-evidently-fault";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(ErrorResponse.REQUEST_ID_HEADER, UUID.randomUUID().toString());
        String firstSegment = firstSegment(request.getRequestURI());
        boolean isOperation = OPERATIONS.contains(firstSegment);
        if (request.getHeader("Origin") != null && isOperation) {
            response.setHeader("Access-Control-Allow-Origin", "*");
            response.setHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        }
        if (request.getMethod().equals("OPTIONS")) {
            answerOptions(request, response, isOperation);
        } else if (request.getHeader("Origin") != null
                && !isOperation
                && !request.getMethod().equals("GET")) {
            ErrorResponse.write(
                    new AccessDeniedException("Web pages may call the operations of Evidently only"), response);
        } else if (request.getRequestURI().indexOf(';') >= 0) {
            // Spring would cut off what follows a semicolon and route the rest; no name of Evidently has one.
            ErrorResponse.write(ValidationException.cannotParse("The path must not contain a semicolon"), response);
        } else {
            chain.doFilter(firstSegment.equals("actuator") ? new AnyAccept(request) : request, response);
        }
    }

    private static String firstSegment(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
    }

    private static void answerOptions(HttpServletRequest request, HttpServletResponse response, boolean isOperation) {
        response.setContentLength(0);
        if (!isOperation) {
            return;
        }
        StringJoiner requestedHeaders = new StringJoiner(",");
        for (Enumeration<String> values = request.getHeaders("Access-Control-Request-Headers");
                values.hasMoreElements(); ) {
            requestedHeaders.add(values.nextElement());
        }
        response.setHeader("Access-Control-Allow-Methods", "GET,POST,PATCH,PUT,DELETE,OPTIONS");
        if (requestedHeaders.length() > 0) {
            response.setHeader("Access-Control-Allow-Headers", requestedHeaders.toString());
        }
        response.setHeader("Access-Control-Max-Age", "600");
    }
}
