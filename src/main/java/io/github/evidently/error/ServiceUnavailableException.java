package io.github.evidently.error;

/** 503: the server is starting or stopping, or its store is unavailable (service model). */
public final class ServiceUnavailableException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public ServiceUnavailableException(String message) {
        super(message);
    }
}
