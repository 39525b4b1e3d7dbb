package io.github.evidently.error;

/** 413: the body is larger than the operation takes (AWS's common errors). */
public final class RequestEntityTooLargeException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public RequestEntityTooLargeException(String message) {
        super(message);
    }
}
