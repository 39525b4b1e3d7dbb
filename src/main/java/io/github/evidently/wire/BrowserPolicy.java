package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Decides what web pages may do with a server that a browser can reach.
 *
 * <p>Any page may call the data plane, as on AWS. The control plane belongs, unless verified signatures protect it, to
 * pages of this machine, of the server itself and of the configured origins; {@code /_evidently} and {@code /actuator}
 * to those in every mode. A page of the server itself is accepted only if the host is known: otherwise another site
 * could have its own name resolve to this server (DNS rebinding) and pass for it. Programs other than browsers are not
 * affected. Thread-safe.
 */
@Component
final class BrowserPolicy {

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
    private static final Pattern PORT = Pattern.compile(":\\d*$");

    private final boolean isOpen;
    private final List<String> origins;
    private final Set<String> hosts;

    BrowserPolicy(CorsProperties properties, Environment environment) {
        // Any page can make up a signature that is not verified.
        this.isOpen = !environment
                .getProperty("evidently.access.authentication", "none")
                .equalsIgnoreCase("verified");
        this.origins = properties.origins();
        this.hosts = origins.stream()
                .map(origin -> host(URI.create(origin).getRawAuthority()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Tells whether the page that makes a request may make it and read the answer; true for a request that no page
     * makes.
     */
    boolean allows(HttpServletRequest request, boolean isOperation) {
        String origin = request.getHeader("Origin");
        boolean isBrowser = isBrowser(request);
        if (origin == null && !isBrowser && request.getHeader("Accept-Language") == null) {
            return true;
        }
        if (isOperation && (!isOpen || isDataPlane(request))) {
            return true;
        }
        if (origin != null) {
            return isAllowed(origin, request);
        }
        String host = host(request);
        // Some programs send a language too, such as fetch in Node.js. They are believed under a name without a dot,
        // which no attacker can own.
        return isKnownHost(host) || (!isBrowser && host.indexOf('.') < 0);
    }

    /** Tells whether a request comes from a browser. A page can hide that from some browsers, but not its language. */
    private static boolean isBrowser(HttpServletRequest request) {
        String agent = request.getHeader("User-Agent");
        return request.getHeader("Sec-Fetch-Site") != null
                || (agent != null && agent.startsWith("Mozilla/") && !agent.contains("PowerShell"));
    }

    private static boolean isDataPlane(HttpServletRequest request) {
        String asked =
                request.getMethod().equals("OPTIONS") ? request.getHeader("Access-Control-Request-Method") : null;
        String method = asked == null ? request.getMethod() : asked;
        return Operation.find(method, request.getRequestURI())
                .filter(Operation::isDataPlane)
                .isPresent();
    }

    private boolean isAllowed(String origin, HttpServletRequest request) {
        String page = origin.toLowerCase(Locale.ROOT);
        if (origins.contains(page)) {
            return true;
        }
        int scheme = page.indexOf("://");
        if (scheme < 0) {
            return false; // Such as "null", from a file or a sandbox.
        }
        String authority = page.substring(scheme + 3);
        return isLoopback(host(authority)) || (authority.equals(authority(request)) && isKnownHost(host(authority)));
    }

    private boolean isKnownHost(String host) {
        return isLoopback(host) || ADDRESS.matcher(host).matches() || hosts.contains(host);
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("[::1]")
                || (host.startsWith("127.") && ADDRESS.matcher(host).matches());
    }

    private static String host(HttpServletRequest request) {
        return host(authority(request));
    }

    private static String authority(HttpServletRequest request) {
        @Nullable String host = request.getHeader("Host");
        return host == null ? "" : host.toLowerCase(Locale.ROOT);
    }

    private static String host(String authority) {
        return PORT.matcher(authority).replaceFirst("");
    }
}
