package io.github.evidently.seed;

/** The seed cannot be read or applied; the message is a sentence that says where it is wrong. */
final class SeedFaultException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeedFaultException(String message) {
        super(message);
    }
}
