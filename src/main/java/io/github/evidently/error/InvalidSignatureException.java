package io.github.evidently.error;

/** 403: the signature is not the one of this request, for this service, now (observed across AWS's JSON services). */
public final class InvalidSignatureException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public InvalidSignatureException(String message) {
        super(message);
    }
}
