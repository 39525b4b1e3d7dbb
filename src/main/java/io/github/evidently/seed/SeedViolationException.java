package io.github.evidently.seed;

/** The seed cannot be read or applied; the message is a sentence that says where it is wrong. */
final class SeedViolationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SeedViolationException(String message) {
        super(message);
    }
}
