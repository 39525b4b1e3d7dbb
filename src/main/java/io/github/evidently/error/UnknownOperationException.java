package io.github.evidently.error;

/** 404: no operation has this method and path (AWS's common errors). */
public final class UnknownOperationException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public UnknownOperationException() {
        super("No operation of Evidently has this method and path");
    }
}
