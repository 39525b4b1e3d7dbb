package io.github.evidently;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports the properties that stop the start. */
class UnknownPropertyFailureAnalyzer extends AbstractFailureAnalyzer<UnknownPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnknownPropertyException cause) {
        return new FailureAnalysis(
                cause.getMessage() + ".",
                "Correct the name, or remove it: the table under \"Configuration\" in README.md has them all.",
                cause);
    }
}
