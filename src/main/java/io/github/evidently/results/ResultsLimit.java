package io.github.evidently.results;

import io.github.evidently.error.ThrottlingException;
import io.github.evidently.wire.Operation;
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
 * Bounds how many results requests are in flight: each holds its tally in memory, and its response until the client has
 * read it. Further requests wait for a moment and are then throttled.
 */
@Component
class ResultsLimit implements WebMvcConfigurer, HandlerInterceptor {

    private static final int ANSWERS_MAX = 4;

    /** The heap for each: the largest tally takes 30 MB, and those in use must fit in the memory of tallies. */
    private static final long HEAP_PER_ANSWER = 120L * 1024 * 1024;

    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Semaphore free =
            new Semaphore(Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_PER_ANSWER, 1, ANSWERS_MAX), true);

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this)
                .addPathPatterns(
                        Operation.named("GetExperimentResults").path().getPatternString(),
                        "/_evidently/results",
                        "/_evidently/results/*");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws InterruptedException {
        if (!free.tryAcquire(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new ThrottlingException("Rate exceeded", RETRY_AFTER);
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        free.release();
    }
}
