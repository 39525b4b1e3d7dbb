package io.github.evidently.quota;

import io.github.evidently.auth.AccessFilter;
import io.github.evidently.error.ThrottlingException;
import io.github.evidently.wire.ErrorResponse;
import io.github.evidently.wire.Operation;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Refuses calls of Evidently's operations over the quotas. Calls of the server's own API are never refused here. */
final class QuotaFilter implements Filter {

    private final CallQuotas quotas;

    QuotaFilter(CallQuotas quotas) {
        this.quotas = quotas;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest call = (HttpServletRequest) request;
        Optional<Operation> operation = Operation.find(call.getMethod(), call.getRequestURI());
        if (operation.isPresent()) {
            try {
                quotas.require(operation.get(), AccessFilter.accessKeyId(call));
            } catch (ThrottlingException e) {
                ErrorResponse.write(e, (HttpServletResponse) response);
                return;
            }
        }
        chain.doFilter(request, response);
    }
}
