package io.github.evidently.wire;

import org.springframework.core.Ordered;

/** The order of the filters that may refuse a call: after the request id and the metrics, before all others. */
public final class FilterOrder {

    /** Who may call. */
    public static final int AUTH = Ordered.HIGHEST_PRECEDENCE + 100;

    /** How often, which depends on the caller. */
    public static final int QUOTA = AUTH + 1;

    /** What is injected into a call that would be served. */
    public static final int FAULT = AUTH + 2;

    private FilterOrder() {}
}
