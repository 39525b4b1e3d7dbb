package io.github.evidently.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.evidently.error.ThrottlingException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class PageLimitTest {

    private final PageLimit limit = new PageLimit();
    private final List<HttpServletRequest> served = new ArrayList<>();

    @BeforeEach
    void takeAllPlaces() throws Exception {
        for (int i = 0; i < PageLimit.PAGES; i++) {
            assertThat(begin()).isTrue();
        }
    }

    @Test
    void throttlesThoseWhoWaitTooLongForAPage() throws Exception {
        assertThatExceptionOfType(ThrottlingException.class).isThrownBy(this::begin);
        limit.afterCompletion(served.getFirst(), new MockHttpServletResponse(), this, null);
        assertThat(begin()).isTrue();
    }

    @Test
    void aPlaceThatWasGivenUpIsNotFreedTwice() throws Exception {
        limit.release(served.getFirst());
        assertThat(begin()).isTrue();
        limit.afterCompletion(served.getFirst(), new MockHttpServletResponse(), this, null);

        assertThat(limit.tryAcquire(new MockHttpServletRequest(), Duration.ZERO))
                .isFalse();
    }

    private boolean begin() throws InterruptedException {
        served.add(new MockHttpServletRequest());
        return limit.preHandle(served.getLast(), new MockHttpServletResponse(), this);
    }
}
