package io.github.evidently.error;

/** 503: the server is starting, stopping or cannot take requests now (service model). */
public final class ServiceUnavailableException extends EvidentlyException {

    private static final long serialVersionUID = 1L;

    public ServiceUnavailableException(String message) {
        super(message);
    }
}
