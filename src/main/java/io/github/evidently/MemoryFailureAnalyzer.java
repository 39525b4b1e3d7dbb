package io.github.evidently;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports that the heap is too small for the data that the server keeps in it. */
class MemoryFailureAnalyzer extends AbstractFailureAnalyzer<OutOfMemoryError> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, OutOfMemoryError cause) {
        return new FailureAnalysis(
                "The heap of " + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB is too small: all segments, features, launches and experiments are kept in it.",
                "Give the server a larger heap (-Xmx; JAVA_OPTS in the image).",
                cause);
    }
}
