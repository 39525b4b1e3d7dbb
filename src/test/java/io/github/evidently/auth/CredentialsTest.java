package io.github.evidently.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.error.InvalidSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class CredentialsTest {

    static final String SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    static final String VALID = """
            credentials:
              - access-key-id: AKIAIOSFODNN7EXAMPLE
                secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
                statements:
                  - effect: allow
                    actions: ["evidently:*"]
                    resources: ["*"]
            """;

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("credentials.yaml");
    }

    @Test
    void aFileIsRead() throws Exception {
        Credential credential = credentials(VALID).find("AKIAIOSFODNN7EXAMPLE").orElseThrow();

        assertThat(credential.secretAccessKey()).isEqualTo(SECRET);
        assertThat(credential.statements())
                .containsExactly(new Statement(Statement.Effect.ALLOW, List.of("evidently:*"), List.of("*")));
    }

    @Test
    void aChangedFileComesIntoForce() throws Exception {
        Credentials credentials = credentials(VALID);

        replace(VALID.replace("AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"));

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(credentials.find("AKIAI44QH8DHBEXAMPLE")).isPresent();
            assertThat(credentials.find("AKIAIOSFODNN7EXAMPLE")).isEmpty();
        });
    }

    @Test
    void anInvalidChangeDoesNot(CapturedOutput output) throws Exception {
        Credentials credentials = credentials(VALID);

        replace(VALID.replace("effect: allow", "effect: perhaps"));
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(credentials.find("AKIAIOSFODNN7EXAMPLE")).isPresent();
            assertThat(output).contains("stay in force").doesNotContain(SECRET);
        });
        Files.delete(file);
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(credentials.find("AKIAIOSFODNN7EXAMPLE")).isPresent();
            assertThat(output).contains("credentials.yaml cannot be read").doesNotContain(SECRET);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "access-key-id: AKIAIOSFODNN7EXAMPLE | access-key-id: 'A K' | access-key-id is missing or",
                "access-key-id: AKIAIOSFODNN7EXAMPLE | arn: 'arn:aws:iam::1:user/a' | access-key-id is missing or",
                "secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | secret-access-key: '' | is missing or empty",
                "secret-access-key: | secret-acces-key: | is missing or empty",
                "effect: allow | effect: perhaps | credentials[0].statements[0].effect",
                "effect: allow | note: x | a statement has no effect",
                "'[\"evidently:*\"]' | '[]' | has no actions",
                "evidently:* | s3:GetObject | the action s3:GetObject is neither",
                "'resources: [\"*\"]' | 'resources: [\"project/shop\"]' | the resource project/shop is neither",
                "'    statements:' | '    session-token: \" \"\n    statements:' | the session-token of AKIAIOSFODNN7EXAMPLE is empty",
                "'    statements:' | '    descripton: me\n    statements:' | there is no such name as credentials[0].descripton",
                "'    statements:' | '    arn: me\n    statements:' | the arn of AKIAIOSFODNN7EXAMPLE does not begin with arn:",
                "'    statements:' | '    expiration: soon\n    statements:' | credentials[0].expiration",
                "'credentials:' | 'users:' | ",
                "'credentials:' | 'credentials: [' | is not YAML at line",
            })
    void anInvalidFileIsRefusedWithoutItsSecrets(String part, String replacement, String message) throws Exception {
        assertThat(VALID).contains(part);

        assertThatThrownBy(() -> credentials(VALID.replace(part, replacement)))
                .isInstanceOf(InvalidSettingException.class)
                .message()
                .contains("credentials.yaml")
                .contains(message == null ? "" : message)
                .doesNotContain(SECRET)
                .doesNotContain("\n");
    }

    @Test
    void anAccessKeyIdIsThereOnce() {
        assertThatThrownBy(() -> credentials(VALID + VALID.replace("credentials:\n", "")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageEndingWith("the access-key-id AKIAIOSFODNN7EXAMPLE is there twice");
    }

    @Test
    void anEmptyFileIsNoPermissionForAll() {
        assertThatThrownBy(() -> credentials("")).isInstanceOf(InvalidSettingException.class);
    }

    @Test
    void secretsAreNotShown() throws Exception {
        assertThat(credentials(VALID).find("AKIAIOSFODNN7EXAMPLE").orElseThrow().toString())
                .doesNotContain(SECRET);
    }

    private Credentials credentials(String text) throws IOException {
        Files.writeString(file, text);
        return new Credentials(new AuthProperties(Authentication.VERIFIED, List.of(), file));
    }

    /** As a mounted secret changes. */
    private void replace(String text) throws IOException {
        Path other = Files.writeString(directory.resolve("other"), text);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
