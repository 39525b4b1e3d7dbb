package io.github.evidently.error;

/** 403: the request carries no signature (AWS's common errors). */
public final class MissingAuthenticationTokenException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public MissingAuthenticationTokenException(String message) {
        super(message);
    }
}
