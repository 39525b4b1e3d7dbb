package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ValidationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokenTest {

    @Test
    void readsWhatItWrote() {
        PageToken token = new PageToken("projects", "project-äöü_1");

        assertThat(PageToken.parse(token.text(), "projects")).isEqualTo(token);
        assertThat(token.text()).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%%%", "YWJj", "a b", "YWZ0ZXI6", "ZmVhdHVyZXM6YWZ0ZXI6YQ"})
    void refusesWhatItDidNotWrite(String text) {
        assertThatExceptionOfType(ValidationException.class)
                .isThrownBy(() -> PageToken.parse(text, "projects"))
                .withMessage("1 validation error detected: Value at 'nextToken' failed to satisfy constraint:"
                        + " Member must be a token that this server returned");
    }
}
