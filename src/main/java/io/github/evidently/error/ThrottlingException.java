package io.github.evidently.error;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** 429: a rate limit or a limit of requests in flight is reached; nothing was stored and the request can be retried (service model). */
public final class ThrottlingException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;
    private final @Nullable String serviceCode;
    private final @Nullable String quotaCode;

    /**
     * Of what the server can do, whatever is allowed.
     *
     * @param retryAfter how long the client is asked to wait, told in whole seconds
     */
    public ThrottlingException(String message, Duration retryAfter) {
        this(message, retryAfter, "evidently", null);
    }

    /**
     * Of a quota.
     *
     * @param serviceCode {@code evidently}
     * @param quotaCode the name of the quota
     */
    public ThrottlingException(
            String message, Duration retryAfter, @Nullable String serviceCode, @Nullable String quotaCode) {
        super(message);
        this.retryAfter = retryAfter;
        this.serviceCode = serviceCode;
        this.quotaCode = quotaCode;
    }

    public Duration retryAfter() {
        return retryAfter;
    }

    public @Nullable String serviceCode() {
        return serviceCode;
    }

    public @Nullable String quotaCode() {
        return quotaCode;
    }
}
