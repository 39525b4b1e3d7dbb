package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.error.InvalidSettingException;
import io.github.evidently.quota.QuotaProperties;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessPropertiesTest {

    @Test
    void aQuotaPerCredentialNeedsCredentials() {
        QuotaProperties quotas = new QuotaProperties(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);

        assertThatThrownBy(() -> new AccessProperties(
                        Authentication.NONE, List.of(), null, Path.of("audit.log"), quotas, List.of()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("evidently.access.quotas.per-credential needs credentials");
    }
}
