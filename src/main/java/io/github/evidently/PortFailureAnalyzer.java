package io.github.evidently;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says that there is no such port. */
class PortFailureAnalyzer implements FailureAnalyzer {

    private static final String OUT_OF_RANGE = "port out of range:"; // Java's words.

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (cause instanceof IllegalArgumentException && message != null && message.startsWith(OUT_OF_RANGE)) {
                return new FailureAnalysis(
                        "There is no port " + message.substring(OUT_OF_RANGE.length()) + ".",
                        "Set server.port (SERVER_PORT) to a number from 1 to 65535, or to 0 for a port that is free.",
                        cause);
            }
        }
        return null;
    }
}
