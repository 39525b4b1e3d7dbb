package io.github.evidently.error;

/** 413: the body exceeds the maximum size of the operation (AWS's common errors). */
public final class RequestEntityTooLargeException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public RequestEntityTooLargeException(String message) {
        super(message);
    }
}
