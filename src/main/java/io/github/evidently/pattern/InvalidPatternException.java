package io.github.evidently.pattern;

/** Thrown when a text is not a valid event pattern. */
public final class InvalidPatternException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason what is wrong with it, as the end of a sentence */
    InvalidPatternException(String reason) {
        super(reason);
    }
}
