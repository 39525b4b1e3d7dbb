package io.github.evidently.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.evidently.audit.Target;
import io.github.evidently.auth.AuthProperties.Authentication;
import io.github.evidently.resource.ServerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The policy of docs/security.md protects what it says. */
@ExtendWith(OutputCaptureExtension.class)
class SecurityDocumentTest {

    private static final ServerIdentity IDENTITY = new ServerIdentity("000000000000", "us-east-1");

    @TempDir
    Path directory;

    private String example;

    @BeforeEach
    void readExample() throws IOException {
        String document = Files.readString(Path.of("docs", "security.md"));
        int start = document.indexOf("```yaml\ncredentials:") + "```yaml\n".length();
        example = document.substring(start, document.indexOf("```", start));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /projects/shop-secret, DENIED",
        "POST, /events/projects/shop-secret, DENIED",
        "GET, /projects/shop-secret/features/f, DENIED",
        "POST, /projects/shop-secret/evaluations/f, DENIED",
        "DELETE, /projects/shop-secret/features/f, DENIED",
        "GET, /projects/shop-secret/launches/l, DENIED",
        "GET, /projects/shop-secret/experiments/x, DENIED",
        "POST, /tags/arn%3Aaws%3Aevidently%3Aus-east-1%3A000000000000%3Aproject%2Fshop-secret%2Ffeature%2Ff, DENIED",
        "GET, /projects/shop, ALLOWED",
        "GET, /projects/shop/features/f, ALLOWED",
        "POST, /events/projects/shop, ALLOWED",
        "DELETE, /projects/shop/features/f, NOT_ALLOWED",
        "GET, /projects/other, NOT_ALLOWED"
    })
    void theExampleDeniesAProjectWithAllThatIsInIt(String method, String path, Statement.Decision decision)
            throws IOException {
        Credential credential =
                credentials(example).find("AKIAIOSFODNN7EXAMPLE").orElseThrow();

        assertThat(Statement.decide(
                        credential.statements(),
                        Target.find(method, path, IDENTITY).orElseThrow()))
                .isEqualTo(decision);
    }

    @Test
    void theExampleLeavesNoWarning(CapturedOutput output) throws IOException {
        credentials(example);

        assertThat(output.getAll()).doesNotContain("but not the features");
    }

    @Test
    void aDenyOfAProjectAloneLeavesAWarning(CapturedOutput output) throws IOException {
        credentials(example.replaceAll(" +- \"[^\"]*shop-secret/\\*\".*\n", ""));

        assertThat(output.getAll())
                .contains(
                        "The policy of AKIAIOSFODNN7EXAMPLE denies arn:aws:evidently:*:project/shop-secret but not the"
                                + " features, launches and experiments in it");
    }

    private Credentials credentials(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("credentials.yaml"), yaml);
        return new Credentials(new AuthProperties(Authentication.VERIFIED, List.of(), file));
    }
}
