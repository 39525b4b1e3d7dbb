package io.github.evidently.wire;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.error.UnknownOperationException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers what failed outside Spring MVC, for example in a filter: the third of the doors to {@link ErrorResponse}. */
@RestController
class ErrorPageController implements ErrorController {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status)) {
            ErrorResponse.write(new UnknownOperationException(), response);
            return;
        }
        // What is wrong with a request leaves no line in the log: clients could fill the disk with them.
        if (status >= 500 && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
            ErrorAdvice.logFailure(failure, request, response);
        }
        // Tomcat lets no other code answer once a body could not be read.
        boolean isGivenUp =
                request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof BodyWaits.GivenUpException;
        ErrorResponse.write(
                isGivenUp ? new ThrottlingException("Rate exceeded", RETRY_AFTER) : HttpErrors.of(status), response);
    }
}
