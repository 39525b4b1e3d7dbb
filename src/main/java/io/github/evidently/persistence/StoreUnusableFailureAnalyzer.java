package io.github.evidently.persistence;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a sentence, without a stack trace, why the store keeps the server from starting. */
class StoreUnusableFailureAnalyzer extends AbstractFailureAnalyzer<StoreUnusableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StoreUnusableException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
