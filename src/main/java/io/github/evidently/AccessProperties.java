package io.github.evidently;

import io.github.evidently.audit.AuditProperties;
import io.github.evidently.auth.AuthProperties;
import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.auth.Credential;
import io.github.evidently.error.InvalidSettingException;
import io.github.evidently.fault.FaultProperties;
import io.github.evidently.fault.FaultRule;
import io.github.evidently.quota.QuotaProperties;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings under {@code evidently.access}, which are those of four modules. They are bound in one piece because an
 * unknown name under the prefix keeps the server from starting: a mistyped statement would allow or deny something
 * else.
 *
 * @param authentication how much of a signature is required
 * @param credentials the callers, unless they are in a file
 * @param credentialsFile a YAML file with the same {@code credentials}, read again when it changes
 * @param auditFile the audit log, written unless authentication is none
 * @param quotas the rate limits and the maximum numbers of resources
 * @param faults the faults that are injected from the start
 */
@ConfigurationProperties(prefix = "evidently.access", ignoreUnknownFields = false)
record AccessProperties(
        @DefaultValue("none") Authentication authentication,
        @DefaultValue List<Credential> credentials,
        @Nullable Path credentialsFile,
        Path auditFile,
        @DefaultValue QuotaProperties quotas,
        @DefaultValue List<FaultRule> faults) {

    AccessProperties {
        // Each part refuses what it cannot work with. Here, because after this an unknown name would be reported first.
        var _ = new FaultProperties(faults);
        if (authentication == Authentication.NONE && quotas.perCredential() > 0) {
            throw new InvalidSettingException("evidently.access.quotas.per-credential needs credentials, and"
                    + " evidently.access.authentication is none");
        }
        var _ = new AuthProperties(authentication, credentials, credentialsFile);
    }

    /** Returns who may call. */
    AuthProperties toAuth() {
        return new AuthProperties(authentication, credentials, credentialsFile);
    }

    /** Returns where changes and refusals are recorded. */
    AuditProperties toAudit() {
        return new AuditProperties(auditFile);
    }

    /** Returns what is injected from the start. */
    FaultProperties toFault() {
        return new FaultProperties(faults);
    }
}
