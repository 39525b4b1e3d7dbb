package io.github.evidently.error;

/** 500: the server failed; nothing of the request was stored (service model). */
public final class InternalServerException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public InternalServerException(String message) {
        super(message);
    }
}
