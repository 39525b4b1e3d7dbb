package io.github.evidently.access;

/** Thrown when the settings of access cannot be used. The message names the fault and never contains a secret. */
final class AccessException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message);
    }
}
