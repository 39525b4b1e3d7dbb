package io.github.evidently.inspection;

import io.github.evidently.error.ThrottlingException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Bounds how many large answers and long reads are in work at once: an answer stays in memory until its client has read
 * it. Further requests wait for a moment and are then throttled. A request that waits for something else gives up its
 * place meanwhile.
 */
@Component
class PageLimit implements WebMvcConfigurer, HandlerInterceptor {

    static final int PAGES = 3;
    private static final Duration WAIT_MAX = Duration.ofSeconds(2);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final String HOLDS = PageLimit.class.getName() + ".HOLDS";

    private final Semaphore free = new Semaphore(PAGES, true);

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this)
                .addPathPatterns("/_evidently/events", "/_evidently/events/count", "/_evidently/export");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws InterruptedException {
        if (!tryAcquire(request, WAIT_MAX)) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        return true;
    }

    /** Takes a place for a request that has none; returns whether one became free in time. */
    boolean tryAcquire(HttpServletRequest request, Duration timeout) throws InterruptedException {
        boolean acquired = free.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (acquired) {
            request.setAttribute(HOLDS, true);
        }
        return acquired;
    }

    /** Gives up the place of a request, if it has one. */
    void release(HttpServletRequest request) {
        if (request.getAttribute(HOLDS) != null) {
            request.removeAttribute(HOLDS);
            free.release();
        }
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        release(request);
    }
}
