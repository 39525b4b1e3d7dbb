package io.github.evidently.error;

/** 403: no policy allows the caller this operation on this resource (service model). */
public final class AccessDeniedException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public AccessDeniedException(String message) {
        super(message);
    }
}
