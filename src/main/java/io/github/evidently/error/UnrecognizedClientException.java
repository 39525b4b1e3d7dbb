package io.github.evidently.error;

/** 403: the access key id or the session token is unknown (AWS's common errors). */
public final class UnrecognizedClientException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public UnrecognizedClientException(String message) {
        super(message);
    }
}
