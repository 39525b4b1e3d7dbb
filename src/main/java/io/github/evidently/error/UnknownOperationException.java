package io.github.evidently.error;

/** 404: no operation matches the method and the path (AWS's common errors). */
public final class UnknownOperationException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    private static final int PATH_LENGTH_MAX = 200;

    public UnknownOperationException() {
        super("No operation of Evidently has this method and path");
    }

    /** @param path as it was sent; shown cut if it is long */
    public UnknownOperationException(String method, String path) {
        super("No operation of Evidently has this method and path: " + method + " "
                + (path.length() > PATH_LENGTH_MAX ? path.substring(0, PATH_LENGTH_MAX) + "…" : path));
    }
}
