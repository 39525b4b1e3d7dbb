package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockHttpServletRequest;

/** What depends on the mode of authentication, and on what a page can hide; the rest is in {@link CorsIT}. */
class BrowserPolicyTest {

    /** Any page can make up a signature that nobody verifies. */
    @ParameterizedTest
    @CsvSource({"none, false", "signed, false", "verified, true", "VERIFIED, true"})
    void onlyVerifiedSignaturesOpenTheControlPlaneToEveryPage(String authentication, boolean isAllowed) {
        MockHttpServletRequest request = request("localhost:2772", "/projects");
        request.addHeader("Origin", "https://shop.example");

        assertThat(policy(authentication).allows(request, true)).isEqualTo(isAllowed);
    }

    /** Some browsers let a page replace its User-Agent. */
    @ParameterizedTest
    @CsvSource({"evil.example:2772, false", "evidently:2772, true", "localhost:2772, true", "127.0.0.1:2772, true"})
    void aRequestWithALanguageMustNameAHostThatNoAttackerCanOwn(String host, boolean isAllowed) {
        MockHttpServletRequest request = request(host, "/_evidently/export");
        request.addHeader("User-Agent", "x");
        request.addHeader("Accept-Language", "*");

        assertThat(policy("none").allows(request, false)).isEqualTo(isAllowed);
    }

    private static BrowserPolicy policy(String authentication) {
        MockEnvironment environment =
                new MockEnvironment().withProperty("evidently.access.authentication", authentication);
        return new BrowserPolicy(new CorsProperties(List.of()), environment);
    }

    private static MockHttpServletRequest request(String host, String path) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.addHeader("Host", host);
        return request;
    }
}
