package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LogRateLimitTest {

    @Test
    void dropsWhatALoggerWritesOnTopAndSaysSo(CapturedOutput output) {
        LogRateLimit _ = new LogRateLimit();
        Logger loud = LoggerFactory.getLogger("loud");
        Logger quiet = LoggerFactory.getLogger("quiet");

        for (int i = 0; i < 10 * LogRateLimit.LINES_MAX; i++) {
            loud.warn("warning of a client {}", i);
        }
        quiet.warn("another warning");

        assertThat(output.getAll().lines().filter(line -> line.contains("warning of a client")))
                .hasSize(LogRateLimit.LINES_MAX - 1);
        assertThat(output.getAll().lines().filter(line -> line.contains("Further warnings of this kind are dropped")))
                .hasSize(1);
        assertThat(output.getAll()).contains("another warning");
    }
}
