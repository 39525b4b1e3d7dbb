package io.github.evidently.error;

/** 403: who calls is known and may not do this to that resource (service model). */
public final class AccessDeniedException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public AccessDeniedException(String message) {
        super(message);
    }
}
