package io.github.evidently.access;

import io.github.evidently.error.ValidationExceptionField;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of who may call. An unknown name under the prefix keeps the server from starting: a mistyped statement would
 * allow or deny something else.
 *
 * @param authentication how much of a signature is asked for
 * @param credentials who may call, unless they are in a file
 * @param credentialsFile a YAML file with the same {@code credentials}, read again when it changes
 * @param auditFile the audit log, written unless authentication is none
 * @param quotas how often may be called and how much there may be
 * @param faults what goes wrong on purpose from the start
 */
@ConfigurationProperties(prefix = "evidently.access", ignoreUnknownFields = false)
record AccessProperties(
        @DefaultValue("none") Authentication authentication,
        @DefaultValue List<Credential> credentials,
        @Nullable Path credentialsFile,
        Path auditFile,
        @DefaultValue QuotaProperties quotas,
        @DefaultValue List<FaultRule> faults) {

    /** How much of a signature is asked for. */
    enum Authentication {
        /** Nothing. */
        NONE,
        /** A well-formed signature, whatever it signs. */
        SIGNED,
        /** The signature of this very request by one of the credentials. */
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
