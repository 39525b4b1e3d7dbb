package io.github.evidently.fault;

import io.github.evidently.fault.FaultEffect.Latency;
import io.github.evidently.resource.ServerIdentity;
import io.github.evidently.wire.ContainerErrorValve;
import io.github.evidently.wire.EntryFault;
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
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Applies the active faults to calls; does nothing when there are none. */
final class FaultFilter implements Filter {

    static final String HEADER = "x-evidently-fault";

    private final Faults faults;
    private final ServerIdentity identity;
    private final Clock clock;

    FaultFilter(Faults faults, ServerIdentity identity, Clock clock) {
        this.faults = faults;
        this.identity = identity;
        this.clock = clock;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (faults.all().isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        HttpServletRequest call = (HttpServletRequest) request;
        Optional<Operation> operation = Operation.find(call.getMethod(), call.getRequestURI());
        if (operation.isEmpty()) {
            chain.doFilter(request, response);
        } else {
            doFilter(operation.get(), call, (HttpServletResponse) response, chain);
        }
    }

    /** Applies the faults in their order; a fault that ends the call keeps the later ones from counting it. */
    private void doFilter(
            Operation operation, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean disconnectAfter = false;
        for (Fault fault : faults.all()) {
            if (!fault.isAbout(operation, request.getRequestURI(), identity)) {
                continue;
            }
            FaultEffect effect = fault.effect();
            if (!faults.hit(fault, clock.instant())) {
                if (effect.rejectEntries() != null && EntryFault.of(request) == null) {
                    // So that a retry of this call is spared too: its events may already be stored.
                    EntryFault.set(request, EntryFault.NONE);
                }
                continue;
            }
            response.addHeader(HEADER, fault.id());
            if (effect.error() != null) {
                ErrorResponse.write(effect.error().toException(), response);
                return;
            }
            if (effect.latency() != null) {
                delay(effect.latency(), fault);
            } else if (effect.rejectEntries() != null) {
                EntryFault.set(request, fault.entryFault(effect.rejectEntries()));
            } else if (FaultEffect.AFTER.equals(effect.disconnect())) {
                disconnectAfter = true;
            } else {
                // Never sent; for the metrics and the audit log, which must not call it a success.
                response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
                response.setHeader(ErrorResponse.TYPE_HEADER, "ServiceUnavailableException");
                ContainerErrorValve.disconnect(request);
                return;
            }
        }
        if (disconnectAfter) {
            chain.doFilter(request, new DiscardedResponse(response));
            ContainerErrorValve.disconnect(request);
        } else {
            chain.doFilter(request, response);
        }
    }

    private static void delay(Latency latency, Fault fault) {
        Duration delay = latency.at(latency.fixedMillis() == null ? fault.draw() : 0);
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
