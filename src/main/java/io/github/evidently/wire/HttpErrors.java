package io.github.evidently.wire;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.RequestEntityTooLargeException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.ValidationException;

/** Maps the bare HTTP status of a framework or the container that refused a request to an error. */
final class HttpErrors {

    static final String INTERNAL_ERROR_TEXT = "The server failed to process the request";

    private HttpErrors() {}

    static EvidentlyException of(int status) {
        return switch (status) {
            case 404, 405 -> new UnknownOperationException();
            case 413 -> new RequestEntityTooLargeException("The request is too large");
            case 503 -> new ServiceUnavailableException("The server cannot take requests now");
            case 406 -> ValidationException.cannotParse("The Accept header has no format that this path answers in");
            case 415 -> ValidationException.cannotParse("The Content-Type is not one that this path accepts");
            // Tomcat has 501 and 505 for a Transfer-Encoding or a version that it does not know.
            case 501, 505 -> ofRequest();
            default -> status >= 400 && status < 500 ? ofRequest() : new InternalServerException(INTERNAL_ERROR_TEXT);
        };
    }

    private static EvidentlyException ofRequest() {
        return ValidationException.cannotParse("The server does not understand the request");
    }
}
