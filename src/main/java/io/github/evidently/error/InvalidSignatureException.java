package io.github.evidently.error;

/** 403: the signature does not match the request, is for another service or is too old (observed across AWS's JSON services). */
public final class InvalidSignatureException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public InvalidSignatureException(String message) {
        super(message);
    }
}
