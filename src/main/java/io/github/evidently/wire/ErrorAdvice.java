package io.github.evidently.wire;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.InternalServerException;
import io.github.evidently.error.ValidationException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** Answers the service's own exceptions and Spring MVC's: the first two of the four doors to {@link ErrorResponse}. */
@RestControllerAdvice
class ErrorAdvice extends ResponseEntityExceptionHandler {

    /** How much of a client's input may appear in the log. */
    private static final int LOGGED_LENGTH_MAX = 200;

    private static final Logger log = LoggerFactory.getLogger(ErrorAdvice.class);

    @ExceptionHandler
    void handle(EvidentlyException exception, HttpServletResponse response) throws IOException {
        ErrorResponse.write(exception, response);
    }

    @ExceptionHandler
    void handle(Throwable failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)) {
            return; // The client is gone.
        }
        logFailure(failure, request, response);
        ErrorResponse.write(new InternalServerException(HttpErrors.INTERNAL_ERROR_TEXT), response);
    }

    /** Handles unreadable parameters: the actuator reads them without a check. */
    @ExceptionHandler
    void handle(InvalidParameterException failure, HttpServletResponse response) throws IOException {
        ErrorResponse.write(ValidationException.cannotParse("The query cannot be read"), response);
    }

    static void logFailure(Throwable failure, HttpServletRequest request, HttpServletResponse response) {
        log.error(
                "{} {} failed, request id {}",
                request.getMethod(),
                shortened(request.getRequestURI()),
                response.getHeader(ErrorResponse.REQUEST_ID_HEADER),
                failure);
    }

    private static String shortened(String path) {
        return path.length() <= LOGGED_LENGTH_MAX ? path : path.substring(0, LOGGED_LENGTH_MAX) + "…";
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception exception,
            @Nullable Object body,
            HttpHeaders headers,
            HttpStatusCode status,
            WebRequest request) {
        HttpServletResponse response = ((ServletWebRequest) request).getResponse();
        if (response == null) {
            return null;
        }
        if (status.is5xxServerError()) {
            logFailure(exception, ((ServletWebRequest) request).getRequest(), response);
        }
        try {
            ErrorResponse.write(HttpErrors.of(status.value()), response);
        } catch (IOException e) {
            log.debug("the client is gone", e);
        }
        return null;
    }
}
