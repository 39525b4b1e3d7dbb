package io.github.evidently.wire;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.RequestEntityTooLargeException;
import io.github.evidently.error.ServiceUnavailableException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.ValidationException;

/** The error that stands for a bare HTTP status, where a framework or the container refused a request. */
final class HttpErrors {

    static final String INTERNAL_ERROR_TEXT = "The server failed to process the request";

    private HttpErrors() {}

    static EvidentlyException of(int status) {
        return switch (status) {
            case 404, 405 -> new UnknownOperationException();
            case 413 -> new RequestEntityTooLargeException("The request is too large");
            case 503 -> new ServiceUnavailableException("The server cannot take requests now");
            default ->
                // Tomcat has two of its own for what the client sent: a Transfer-Encoding or a version that it does not
                // know.
                (status >= 400 && status < 500) || status == 501 || status == 505
                        ? ValidationException.cannotParse(
                                "The request is not well-formed HTTP/1.1, or its headers are larger than 8 KB")
                        : new InternalServerException(INTERNAL_ERROR_TEXT);
        };
    }
}
