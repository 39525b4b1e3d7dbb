package io.github.evidently.error;

/** 403: the temporary credentials have expired (AWS's common errors). */
public final class ExpiredTokenException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public ExpiredTokenException(String message) {
        super(message);
    }
}
