package io.github.evidently.access;

/** Settings of access cannot be used; the message names the fault and never holds a secret. */
final class AccessException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message);
    }
}
