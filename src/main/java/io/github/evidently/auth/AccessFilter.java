package io.github.evidently.auth;

import io.github.evidently.audit.AuditLog;
import io.github.evidently.audit.Target;
import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.error.AccessDeniedException;
import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.UnrecognizedClientException;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.ErrorResponse;
import io.github.evidently.wire.RequestBodies;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks every request except OPTIONS: a request passes only if its caller is allowed to make it.
 *
 * <p>Order of checks: operation, signature, policy. A request with an unknown path is refused, so that nothing is open
 * because it was forgotten here.
 */
public final class AccessFilter implements Filter {

    private static final String CALLER = AccessFilter.class.getName() + ".CALLER";

    private final Authentication authentication;
    private final Credentials credentials;
    private final SignatureCheck signatures;
    private final ServerIdentity identity;
    private final AuditLog audit;

    AccessFilter(
            Authentication authentication,
            Credentials credentials,
            SignatureCheck signatures,
            ServerIdentity identity,
            AuditLog audit) {
        this.authentication = authentication;
        this.credentials = credentials;
        this.signatures = signatures;
        this.identity = identity;
        this.audit = audit;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        doFilter((HttpServletRequest) request, (HttpServletResponse) response, chain);
    }

    private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path = request.getRequestURI();
        if (Target.isOpen(path)) {
            chain.doFilter(request, response);
            return;
        }
        Optional<Target> found = Target.find(request.getMethod(), path, identity);
        if (found.isEmpty()) {
            ErrorResponse.write(new UnknownOperationException(request.getMethod(), path), response);
            return;
        }
        serve(found.get(), request, response, chain);
    }

    private void serve(Target target, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String principal = null;
        boolean audited = target.change();
        try {
            Credential caller = authenticate(request);
            if (caller != null) {
                principal = arn(caller);
                requireAllowed(caller, principal, target);
                request.setAttribute(CALLER, caller.accessKeyId());
            }
            chain.doFilter(request, response);
        } catch (EvidentlyException e) {
            audited = true;
            ErrorResponse.write(e, response);
        } finally {
            // Also when the client is gone: the body must not keep memory, and the request must not go unaudited.
            RequestBodies.discard(request);
            if (audited) {
                audit.write(principal, target, request, response);
            }
        }
    }

    /** Returns the caller's access key id of a request that passed this filter; null when the caller is unknown. */
    public static @Nullable String accessKeyId(HttpServletRequest request) {
        return (String) request.getAttribute(CALLER);
    }

    /** Returns the caller; null when the caller is unknown. */
    private @Nullable Credential authenticate(HttpServletRequest request) {
        Signature signature = Signature.of(request);
        if (authentication == Authentication.VERIFIED) {
            return signatures.require(signature, request);
        }
        if (credentials.isEmpty()) {
            return null;
        }
        return credentials
                .find(signature.accessKeyId())
                .orElseThrow(() -> new UnrecognizedClientException(SignatureCheck.UNKNOWN));
    }

    private static void requireAllowed(Credential caller, String principal, Target target) {
        String reason = switch (Statement.decide(caller.statements(), target)) {
            case ALLOWED -> null;
            case NOT_ALLOWED -> "because no identity-based policy allows the " + target.action() + " action";
            case DENIED -> "with an explicit deny in an identity-based policy";
        };
        if (reason != null) {
            throw new AccessDeniedException("User: " + principal + " is not authorized to perform: " + target.action()
                    + " on resource: " + target.resource() + " " + reason);
        }
    }

    private String arn(Credential caller) {
        String arn = caller.arn();
        return arn == null ? "arn:aws:iam::" + identity.accountId() + ":user/" + caller.accessKeyId() : arn;
    }
}
