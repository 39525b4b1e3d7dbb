package io.github.evidently.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.mock.web.MockHttpServletRequest;

/**
 * AWS's published vectors (aws-c-auth, tests/aws-signing-test-suite/v4): signed requests, all with the same key for the
 * same second. Left out are those of a normalized path or a folded header, which this server refuses, and those
 * that do not carry what they signed.
 */
class SignatureVectorsTest {

    private static final String SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    static Stream<Resource> vectors() throws IOException {
        Resource[] found = new PathMatchingResourcePatternResolver().getResources("classpath:sigv4/*.txt");
        assertThat(found).hasSize(25);
        return Stream.of(found);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theSignatureIsWhatAwsSays(Resource vector) throws Exception {
        MockHttpServletRequest request = parse(vector.getContentAsString(StandardCharsets.UTF_8));
        Signature signature = Signature.of(request);

        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(request.getContentAsByteArray()));
        String canonical = CanonicalRequest.of(request, signature, hash);

        assertThat(SignatureCheck.sign(
                        canonical, signature, SignatureCheck.signingKey(SECRET_ACCESS_KEY, signature.scope())))
                .as(canonical)
                .isEqualTo(signature.signature());
        assertThat(signature.accessKeyId()).isEqualTo("AKIDEXAMPLE");
        assertThat(signature.scope()).hasToString("20150830/us-east-1/service/aws4_request");
        assertThat(signature.time()).isEqualTo("20150830T123600Z");
        assertThat(signature.inQuery()).isEqualTo(vector.getFilename().endsWith(".query.txt"));
    }

    /** As Tomcat would hand the request over. */
    private static MockHttpServletRequest parse(String text) {
        String[] headAndBody = text.split("\n\n", 2);
        // A line that begins with a space belongs to the one before.
        List<String> lines = new ArrayList<>(
                List.of(headAndBody[0].replaceAll("\n[ \t]+", " ").split("\n")));
        String line = lines.removeFirst();
        String target = line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
        String[] pathAndQuery = target.split("\\?", 2);
        MockHttpServletRequest request =
                new MockHttpServletRequest(line.substring(0, line.indexOf(' ')), pathAndQuery[0]);
        if (pathAndQuery.length > 1) {
            request.setQueryString(pathAndQuery[1]);
        }
        for (String header : lines) {
            int colon = header.indexOf(':');
            request.addHeader(header.substring(0, colon), header.substring(colon + 1));
        }
        request.setContent((headAndBody.length > 1 ? headAndBody[1] : "").getBytes(StandardCharsets.UTF_8));
        return request;
    }
}
