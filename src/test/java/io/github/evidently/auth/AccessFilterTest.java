package io.github.evidently.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.audit.AuditLog;
import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.resource.ServerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class AccessFilterTest {

    @TempDir
    Path directory;

    @Test
    void whoBreaksTheConnectionIsAuditedAllTheSame() {
        Path file = directory.resolve("audit.log");
        Credentials credentials = new Credentials(new AuthProperties(Authentication.SIGNED, List.of(), null));
        ServerIdentity identity = new ServerIdentity("000000000000", "us-east-1");
        MockHttpServletRequest request = new MockHttpServletRequest("DELETE", "/projects/shop");
        request.addHeader("X-Amz-Date", "20150830T123600Z");
        request.addHeader(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/evidently/aws4_request, SignedHeaders=host, Signature="
                        + "0".repeat(64));
        try (AuditLog audit = new AuditLog(file, Clock.systemUTC())) {
            AccessFilter filter = new AccessFilter(Authentication.SIGNED, credentials, null, identity, audit);

            assertThatThrownBy(() -> filter.doFilter(request, new MockHttpServletResponse(), (_, _) -> {
                        throw new IOException("Broken pipe");
                    }))
                    .hasMessage("Broken pipe");
        }
        assertThat(file).content().contains("evidently:DeleteProject").containsOnlyOnce("\n");
    }
}
