package io.github.evidently.wire;

import io.github.evidently.error.AccessDeniedException;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.ValidationException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Enumeration;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Prepares every request: gives it a request id, the CORS headers that browser SDKs need and a place among the requests
 * in flight, and refuses ambiguous paths.
 *
 * <p>Written by hand because the service's CORS trait is simpler than a CORS framework: every origin, every method, the
 * requested headers echoed, 600 seconds, and OPTIONS is answered here for any path. CORS applies only to operations,
 * and only for the pages that {@link BrowserPolicy} allows.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class WireFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String HEALTH = "/actuator/health";
    private static final int METHOD_LENGTH_MAX = 20;
    private static final String NOT_FOR_PAGES =
            "This web page may call the data plane only: evidently.cors.origins names those that may call everything";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /**
     * One place in this many can be freed at once when all are taken: requests that wait for their body are then given
     * up.
     */
    private static final int GIVEN_UP_SHARE = 32;

    /** How long a request waits for the place of one that waits for its body; a little more than those are given. */
    private static final Duration PLACE_WAIT_MAX = Duration.ofMillis(1_500);

    /** How long it waits between two looks. */
    private static final Duration PLACE_WAIT = Duration.ofMillis(50);

    private static final Set<String> OPERATIONS = Operation.ALL.stream()
            .map(operation -> firstSegment(operation.path().getPatternString()))
            .collect(Collectors.toUnmodifiableSet());
    private static final String EXPOSED_HEADERS =
            "x-amzn-errortype,x-amzn-requestid,x-amzn-errormessage,x-amzn-trace-id,x-amz-apigw-id,date,retry-after,x-evidently-fault";

    private final transient BrowserPolicy browsers;
    private final transient BodyWaits bodyWaits;
    private final transient Semaphore slots;
    private final int givenUpMax;
    private final transient Counter refused;

    WireFilter(BrowserPolicy browsers, BodyWaits bodyWaits, ConnectionLimits limits, MeterRegistry meters) {
        this.browsers = browsers;
        this.bodyWaits = bodyWaits;
        this.slots = new Semaphore(limits.requests());
        this.givenUpMax = Math.max(1, limits.requests() / GIVEN_UP_SHARE);
        this.refused = Counter.builder("evidently.requests.refused")
                .description("Requests that were refused because as many as the heap has room for were being processed")
                .register(meters);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(ErrorResponse.REQUEST_ID_HEADER, UUID.randomUUID().toString());
        String firstSegment = firstSegment(request.getRequestURI());
        boolean isOperation = OPERATIONS.contains(firstSegment);
        boolean isAllowed = browsers.allows(request, isOperation);
        if (request.getHeader("Origin") != null && isAllowed && isOperation) {
            response.setHeader("Access-Control-Allow-Origin", "*");
            response.setHeader("Access-Control-Expose-Headers", EXPOSED_HEADERS);
        }
        if (request.getMethod().equals("OPTIONS")) {
            skipBody(request, response);
            answerOptions(request, response, isOperation && isAllowed);
        } else if (!isAllowed) {
            skipBody(request, response);
            ErrorResponse.write(new AccessDeniedException(NOT_FOR_PAGES), response);
        } else if (request.getMethod().length() > METHOD_LENGTH_MAX) {
            // The method appears in the log when the request is refused.
            skipBody(request, response);
            ErrorResponse.write(new UnknownOperationException(), response);
        } else if (request.getRequestURI().indexOf(';') >= 0) {
            // Spring would cut off the part behind a semicolon and route the rest; no name of Evidently has one.
            skipBody(request, response);
            ErrorResponse.write(ValidationException.cannotParse("The path must not contain a semicolon"), response);
        } else {
            process(request, response, firstSegment, chain);
        }
    }

    private void process(
            HttpServletRequest request, HttpServletResponse response, String firstSegment, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest processed = firstSegment.equals("actuator") ? new AnyAccept(request) : request;
        String path = request.getRequestURI();
        if (path.equals(HEALTH) || path.startsWith(HEALTH + "/")) {
            // Not counted: health checks matter most when the server is busy.
            skipBody(request, response);
            chain.doFilter(processed, response);
        } else if (slots.tryAcquire() || acquireFromWaiting()) {
            ContainerErrorValve.afterRequest(request, slots::release);
            chain.doFilter(processed, response);
        } else {
            refused.increment();
            skipBody(request, response);
            ErrorResponse.write(new ThrottlingException("Rate exceeded", RETRY_AFTER), response);
        }
    }

    /**
     * Takes the place of a request that waits for its body, as soon as one has waited long enough to be given up and is
     * answered.
     *
     * @return false at once when no request waits or was given up a moment ago
     */
    private boolean acquireFromWaiting() {
        if (bodyWaits.count() == 0 && !bodyWaits.hasGivenUpWithin(PLACE_WAIT_MAX)) {
            return false;
        }
        long deadline = System.nanoTime() + PLACE_WAIT_MAX.toNanos();
        try {
            while (System.nanoTime() - deadline < 0) {
                bodyWaits.giveUp(givenUpMax);
                if (slots.tryAcquire(PLACE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /**
     * Skips the arrived part of the body of a request that is not counted; a connection with more to come is closed.
     */
    private static void skipBody(HttpServletRequest request, HttpServletResponse response) {
        if (!UnreadBody.skipArrived(request)) {
            response.setHeader("Connection", "close");
        }
    }

    private static String firstSegment(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
    }

    private static void answerOptions(HttpServletRequest request, HttpServletResponse response, boolean isAllowed) {
        response.setContentLength(0);
        if (!isAllowed) {
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
