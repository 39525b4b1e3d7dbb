package io.github.evidently.auth;

import io.github.evidently.error.InvalidSettingException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Describes in one sentence why the settings of access stop the start. It runs before other analyzers, which might
 * quote a secret.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class AccessFailureAnalyzer implements FailureAnalyzer {

    private static final ConfigurationPropertyName PREFIX = ConfigurationPropertyName.of("evidently.access");

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSettingException) {
                return analysis(String.valueOf(cause.getMessage()), cause);
            }
            if (cause instanceof BindException bind
                    && (PREFIX.equals(bind.getName()) || PREFIX.isAncestorOf(bind.getName()))) {
                return analysis(Credentials.violation(bind), cause);
            }
        }
        return null;
    }

    private static FailureAnalysis analysis(String violation, Throwable cause) {
        return new FailureAnalysis(
                "Access is not configured: " + violation,
                "Correct it under evidently.access: docs/security.md shows what can stand there.",
                cause);
    }
}
