package io.github.evidently.auth;

import io.github.evidently.error.InvalidSettingException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of authentication: who may call, and what a caller has to show.
 *
 * @param authentication how much of a signature is required
 * @param credentials the callers, unless they are in a file
 * @param credentialsFile a YAML file with the same {@code credentials}, read again when it changes
 */
public record AuthProperties(
        Authentication authentication,
        List<Credential> credentials,
        @Nullable Path credentialsFile) {

    /** How much of a signature is required. */
    public enum Authentication {
        /** No signature. */
        NONE,
        /** A well-formed signature, which is not verified. */
        SIGNED,
        /** The signature of exactly this request by one of the credentials. */
        VERIFIED
    }

    public AuthProperties {
        if (credentialsFile != null && !credentials.isEmpty()) {
            throw new InvalidSettingException(
                    "evidently.access.credentials and evidently.access.credentials-file exclude each other");
        }
        if (authentication == Authentication.VERIFIED && credentialsFile == null && credentials.isEmpty()) {
            throw new InvalidSettingException("evidently.access.authentication=verified needs"
                    + " evidently.access.credentials or evidently.access.credentials-file");
        }
    }
}
