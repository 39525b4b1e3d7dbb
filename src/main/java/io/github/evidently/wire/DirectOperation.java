package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * Serves an operation that applications call often. {@link DirectOperations} routes to it without a search through the
 * annotated methods of all others.
 */
public interface DirectOperation {

    /** Returns the operation that it serves. */
    Operation operation();

    /**
     * Answers a call.
     *
     * @param labels the labels of the path by name, percent-decoded
     */
    void handle(Map<String, String> labels, HttpServletRequest request, HttpServletResponse response)
            throws IOException;
}
