package io.github.evidently.error;

/** 403: the signature is incomplete or malformed (AWS's common errors). */
public final class IncompleteSignatureException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public IncompleteSignatureException(String message) {
        super(message);
    }
}
