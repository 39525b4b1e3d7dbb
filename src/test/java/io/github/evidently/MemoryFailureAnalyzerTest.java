package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;

class MemoryFailureAnalyzerTest {

    @Test
    void saysHowLargeTheHeapIsAndWhatToDo() {
        FailureAnalysis analysis =
                new MemoryFailureAnalyzer().analyze(new IllegalStateException(new OutOfMemoryError("Java heap space")));

        assertThat(analysis.getDescription()).matches("The heap of [0-9]+ MB is too small: .*");
        assertThat(analysis.getAction()).contains("-Xmx");
    }
}
