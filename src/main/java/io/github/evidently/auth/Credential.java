package io.github.evidently.auth;

import io.github.evidently.error.InvalidSettingException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An access key and what it may do.
 *
 * @param accessKeyId 1 to 128 letters, digits and underscores
 * @param secretAccessKey the key of its signatures; never shown
 * @param sessionToken the token that requests must also carry, for temporary credentials; never shown
 * @param expiration when the credentials expire; never when absent
 * @param arn the caller's identity in messages and in the audit log; a user named by the access key id when absent
 * @param statements what it may do; nothing when empty
 */
public record Credential(
        String accessKeyId,
        String secretAccessKey,
        @Nullable String sessionToken,
        @Nullable Instant expiration,
        @Nullable String arn,
        @DefaultValue List<Statement> statements) {

    private static final Pattern ACCESS_KEY_ID = Pattern.compile("\\w{1,128}");

    @SuppressWarnings("ConstantValue") // What configuration leaves out arrives as null.
    public Credential {
        if (accessKeyId == null || !ACCESS_KEY_ID.matcher(accessKeyId).matches()) {
            throw new InvalidSettingException("an access-key-id is missing or is not 1 to 128 letters and digits");
        }
        if (secretAccessKey == null || secretAccessKey.isBlank()) {
            throw new InvalidSettingException("the secret-access-key of " + accessKeyId + " is missing or empty");
        }
        if (sessionToken != null && sessionToken.isBlank()) {
            throw new InvalidSettingException("the session-token of " + accessKeyId + " is empty");
        }
        if (arn != null && !arn.startsWith("arn:")) {
            throw new InvalidSettingException("the arn of " + accessKeyId + " does not begin with arn:");
        }
        statements = List.copyOf(statements);
    }

    /** Returns a text without the secrets. */
    @Override
    public String toString() {
        return "Credential[" + accessKeyId + "]";
    }
}
