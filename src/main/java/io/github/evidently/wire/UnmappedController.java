package io.github.evidently.wire;

import io.github.evidently.error.EvidentlyException;
import io.github.evidently.error.UnknownOperationException;
import io.github.evidently.error.ValidationException;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes whatever no other controller maps: an operation that is not built is named to the caller, anything else is an
 * unknown operation.
 */
@RestController
class UnmappedController {

    @RequestMapping("/**")
    void refuse(HttpServletRequest request) {
        throw Operation.find(request.getMethod(), request.getRequestURI())
                .<EvidentlyException>map(operation -> ValidationException.unknownOperation(
                        operation.name() + " is an operation of Evidently that this server does not implement yet"))
                .orElseGet(UnknownOperationException::new);
    }
}
