package io.github.evidently.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ThrottlingException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PageLimitTest {

    private final PageLimit limit = new PageLimit();

    @Test
    void throttlesThoseWhoWaitTooLongForAPage() throws Exception {
        for (int i = 0; i < PageLimit.PAGES; i++) {
            assertThat(begin()).isTrue();
        }

        assertThatExceptionOfType(ThrottlingException.class).isThrownBy(this::begin);
        limit.afterCompletion(new MockHttpServletRequest(), new MockHttpServletResponse(), this, null);
        assertThat(begin()).isTrue();
    }

    private boolean begin() throws InterruptedException {
        return limit.preHandle(new MockHttpServletRequest(), new MockHttpServletResponse(), this);
    }
}
