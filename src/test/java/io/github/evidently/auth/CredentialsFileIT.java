package io.github.evidently.auth;

import static io.github.evidently.auth.SignedRequest.signer;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged server with credentials: what it does with them, and that it shows them to nobody. */
class CredentialsFileIT {

    private static final String SECRET = CredentialsTest.SECRET;
    private static final String CREDENTIALS = CredentialsTest.VALID.replace("evidently:*", "*");

    @TempDir
    Path directory;

    @Test
    void aChangeOfTheFileComesIntoForceAndSecretsStaySecret() throws Exception {
        Path file = Files.writeString(directory.resolve("credentials.yaml"), CREDENTIALS);
        try (ServerProcess server = ServerProcess.start(
                        directory.resolve("data"),
                        "evidently.access.authentication=verified",
                        "evidently.access.credentials-file=" + file,
                        "logging.level.io.github.evidently=DEBUG")
                .awaitReady()) {
            int port = server.port();
            SignedRequest.Signer owner = signer().host("localhost:" + port);
            String metrics = owner.sign("GET", "/actuator/prometheus", "").send(port);
            assertThat(metrics).startsWith("HTTP/1.1 200 ");
            assertThat(owner.sign("GET", "/projects", "")
                            .line(line -> line.replace(" HTTP", "?a HTTP"))
                            .send(port))
                    .startsWith("HTTP/1.1 4");
            assertThat(owner.sign("GET", "/projects", "")
                            .header("Authorization", value -> value.replaceFirst("=[0-9a-f]{64}", "=" + "0".repeat(64)))
                            .send(port))
                    .startsWith("HTTP/1.1 403 ");
            assertThat(server.output()).anyMatch(line -> line.contains("the canonical request was"));

            Files.writeString(file, CREDENTIALS.replace("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"));
            SignedRequest.Signer successor = signer().host("localhost:" + port).as("AKIAI44QH8DHBEXAMPLE", SECRET);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(
                                    successor.sign("GET", "/projects", "").send(port))
                            .startsWith("HTTP/1.1 200 "));
            assertThat(owner.sign("GET", "/projects", "").send(port)).startsWith("HTTP/1.1 403 ");

            server.terminate();
            server.awaitEnd();
            assertThat(String.join("\n", server.output()))
                    .contains("1 credentials are in force")
                    .doesNotContain(SECRET);
            assertThat(directory.resolve("data").resolve("audit.log"))
                    .content()
                    .contains("UnrecognizedClientException")
                    .doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "secret-access-key: wJ, secret-acces-key: wJ, the secret-access-key of AKIAIOSFODNN7EXAMPLE is missing or empty",
        "effect: allow, effect: perhaps, 'the value of credentials[0].statements[0].effect is none of allow, deny'",
        "credentials:, 'credentials: {', is not YAML at line",
    })
    void anInvalidFileStopsTheStart(String part, String replacement, String sentence) throws Exception {
        Path file = Files.writeString(directory.resolve("credentials.yaml"), CREDENTIALS.replace(part, replacement));

        assertRefuses(sentence, "evidently.access.credentials-file=" + file);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, evidently.access.authentication=verified needs",
                "evidently.access.credentials-file=/nowhere/credentials.yaml, /nowhere/credentials.yaml cannot be read",
                "evidently.access.faults[0].operation=Nothing, evidently.access.faults[0].operation: Member must be an",
                "evidently.access.quotas.projects=-1, evidently.access.quotas.projects is -1",
                "evidently.access.credentials[0].arn=arn:aws:iam::1:user/a, access-key-id is missing",
                "evidently.access.credentials[0].access-key-id=A, secret-access-key of A is missing",
                "evidently.access.credentials[0].secret-acces-key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY, evidently.access.credentials[0].secret-acces-key",
            })
    void anInvalidPropertyStopsTheStart(String property, String sentence) throws Exception {
        assertRefuses(sentence, property == null ? "evidently.access.credentials-file=" : property);
    }

    @Test
    void anAuditLogThatCannotBeWrittenStopsTheStart() throws Exception {
        Path file = Files.writeString(directory.resolve("credentials.yaml"), CREDENTIALS);

        assertRefuses(
                "the audit log /proc/audit.log cannot be written",
                "evidently.access.credentials-file=" + file,
                "evidently.access.audit-file=/proc/audit.log");
    }

    @Test
    void aMistypedNameStopsTheStart() throws Exception {
        assertRefuses(
                "there is no such name as evidently.access.authentification",
                "evidently.access.credentials[0].access-key-id=A",
                "evidently.access.credentials[0].secret-access-key=B",
                "evidently.access.authentification=signed");
        assertRefuses(
                "there is no such name as evidently.access.credentials[0].secret-key",
                "evidently.access.credentials[0].access-key-id=A",
                "evidently.access.credentials[0].secret-access-key=B",
                "evidently.access.credentials[0].secret-key=" + SECRET);
    }

    private void assertRefuses(String sentence, String... properties) throws Exception {
        String[] all = new String[properties.length + 1];
        all[0] = "evidently.access.authentication=verified";
        System.arraycopy(properties, 0, all, 1, properties.length);
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"), all)) {
            assertThat(server.awaitEnd()).isNotZero();
            assertThat(String.join("\n", server.output()))
                    .contains(sentence)
                    .doesNotContain(SECRET)
                    .doesNotContain("\tat ");
        }
    }
}
