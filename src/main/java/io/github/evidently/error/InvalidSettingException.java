package io.github.evidently.error;

/** Thrown when a setting is invalid. The message names the violation and never contains a secret. */
public final class InvalidSettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }
}
