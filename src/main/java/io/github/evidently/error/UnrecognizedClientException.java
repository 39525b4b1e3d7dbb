package io.github.evidently.error;

/** 403: nobody has this access key id or session token (AWS's common errors). */
public final class UnrecognizedClientException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public UnrecognizedClientException(String message) {
        super(message);
    }
}
