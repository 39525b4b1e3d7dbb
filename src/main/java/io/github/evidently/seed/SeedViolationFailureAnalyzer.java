package io.github.evidently.seed;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Describes in one sentence, without a stack trace, the violation in a seed that stopped the start of the server. */
class SeedViolationFailureAnalyzer extends AbstractFailureAnalyzer<SeedViolationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SeedViolationException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the seed, or start without evidently.seed.location (EVIDENTLY_SEED_LOCATION).",
                cause);
    }
}
