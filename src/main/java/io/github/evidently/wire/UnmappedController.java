package io.github.evidently.wire;

import io.github.evidently.error.UnknownOperationException;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers every request that no other controller maps. It is not an operation of Evidently, since all of those are
 * mapped.
 */
@RestController
class UnmappedController {

    @RequestMapping("/**")
    void refuse(HttpServletRequest request) {
        throw new UnknownOperationException(request.getMethod(), request.getRequestURI());
    }
}
