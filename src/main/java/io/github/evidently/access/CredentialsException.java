package io.github.evidently.access;

/** Credentials as configured cannot be used; the message names the fault and never holds a secret. */
final class CredentialsException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    CredentialsException(String message) {
        super(message);
    }
}
