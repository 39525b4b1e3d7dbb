package io.github.evidently.error;

/**
 * Base class of the errors that the service returns; each subclass is one error shape.
 *
 * <p>Holds data only: {@code wire} decides on status, header and body. Carries no stack trace, because it is an answer
 * and not a defect, and because clients can cause thousands a second.
 */
public abstract sealed class EvidentlyException extends RuntimeException
        permits AccessDeniedException,
                ConflictException,
                ExpiredTokenException,
                IncompleteSignatureException,
                InternalServerException,
                InvalidSignatureException,
                MissingAuthenticationTokenException,
                RequestEntityTooLargeException,
                ResourceNotFoundException,
                ServiceQuotaExceededException,
                ServiceUnavailableException,
                ThrottlingException,
                UnknownOperationException,
                UnrecognizedClientException,
                ValidationException {

    private static final long serialVersionUID = 1L;

    EvidentlyException(String message) {
        super(message, null, false, false);
    }

    /** The text for the client; never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
