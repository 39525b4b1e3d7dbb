package io.github.evidently.audit;

import io.github.evidently.resource.ServerIdentity;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Audits changes to the server itself, such as a reset, when callers are not authenticated.
 */
public final class OwnChangesAuditFilter implements Filter {

    private final ServerIdentity identity;
    private final Supplier<AuditLog> audit;

    /** @param audit opened at the first change: most servers without authentication never have one */
    public OwnChangesAuditFilter(ServerIdentity identity, Supplier<AuditLog> audit) {
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
        Optional<Target> target = Target.find(request.getMethod(), request.getRequestURI(), identity)
                .filter(Target::change);
        if (target.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        // Before the change: there must be no change without a writable log.
        AuditLog log = audit.get();
        try {
            chain.doFilter(request, response);
        } finally {
            log.write(null, target.get(), request, response);
        }
    }
}
