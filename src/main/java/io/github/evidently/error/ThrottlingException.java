package io.github.evidently.error;

import java.time.Duration;

/** 429: more than the server takes now; nothing was stored and the same request may be sent again (service model). */
public final class ThrottlingException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** @param retryAfter how long the client is asked to wait, told in whole seconds */
    public ThrottlingException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
