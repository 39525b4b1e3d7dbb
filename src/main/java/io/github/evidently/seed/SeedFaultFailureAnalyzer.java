package io.github.evidently.seed;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Describes in one sentence, without a stack trace, the seed fault that stopped the start of the server. */
class SeedFaultFailureAnalyzer extends AbstractFailureAnalyzer<SeedFaultException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SeedFaultException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the seed, or start without evidently.seed.location (EVIDENTLY_SEED_LOCATION).",
                cause);
    }
}
