package io.github.evidently.auth;

import static io.github.evidently.auth.SignedRequest.signer;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** A server that takes one call per second of each credential. */
@ProtectedServer
@TestPropertySource(properties = "evidently.access.quotas.per-credential=1")
class CredentialQuotaIT {

    private static final String EVENTS =
            "{\"events\":[{\"timestamp\":1,\"type\":\"aws.evidently.custom\",\"data\":\"{}\"}]}";

    @LocalServerPort
    int port;

    @Test
    void whoCallsTooOftenIsThrottledAndTheOthersAreNot() throws Exception {
        String refusal;
        do {
            refusal = signer().host("localhost:" + port)
                    .as("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")
                    .sign("POST", "/events/projects/shop", EVENTS)
                    .send(port);
        } while (refusal.startsWith("HTTP/1.1 200 "));

        assertThat(refusal)
                .startsWith("HTTP/1.1 429 ")
                .contains("x-amzn-ErrorType: ThrottlingException\r\n")
                .contains("\"quotaCode\":\"per-credential\"");
        assertThat(signer().host("localhost:" + port)
                        .sign("GET", "/projects/shop", "")
                        .send(port))
                .startsWith("HTTP/1.1 200 ");
    }
}
