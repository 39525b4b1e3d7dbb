package io.github.evidently.wire;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/**
 * An operation that is called at every page of a shop: {@link DirectOperations} leads to it without looking through the
 * annotated methods of all the others.
 */
public interface DirectOperation {

    /** Its name in the service model, for example {@code EvaluateFeature}. */
    String operation();

    /**
     * Answers a call.
     *
     * @param labels those of the path by name, percent-decoded
     */
    void handle(Map<String, String> labels, HttpServletRequest request, HttpServletResponse response)
            throws IOException;
}
