package io.github.evidently.access;

import io.github.evidently.error.ValidationExceptionField;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of access control. An unknown name under the prefix keeps the server from starting: a mistyped statement
 * would allow or deny something else.
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

    /** How much of a signature is required. */
    enum Authentication {
        /** No signature. */
        NONE,
        /** A well-formed signature, which is not verified. */
        SIGNED,
        /** The signature of exactly this request by one of the credentials. */
        VERIFIED
    }

    AccessProperties {
        for (int i = 0; i < faults.size(); i++) {
            for (ValidationExceptionField fault : faults.get(i).faults()) {
                throw new AccessException(
                        "evidently.access.faults[" + i + "]." + fault.name() + ": " + fault.message());
            }
        }
        if (authentication == Authentication.NONE && quotas.perCredential() > 0) {
            throw new AccessException("evidently.access.quotas.per-credential needs credentials, and"
                    + " evidently.access.authentication is none");
        }
        if (credentialsFile != null && !credentials.isEmpty()) {
            throw new AccessException(
                    "evidently.access.credentials and evidently.access.credentials-file exclude each other");
        }
        if (authentication == Authentication.VERIFIED && credentialsFile == null && credentials.isEmpty()) {
            throw new AccessException("evidently.access.authentication=verified needs"
                    + " evidently.access.credentials or evidently.access.credentials-file");
        }
    }
}
