package io.github.evidently.pattern;

/** A text is no pattern that can be matched. */
public final class InvalidPatternException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param reason what is wrong with it, as the end of a sentence */
    InvalidPatternException(String reason) {
        super(reason);
    }
}
