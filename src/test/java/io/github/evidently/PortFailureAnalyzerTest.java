package io.github.evidently;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import org.junit.jupiter.api.Test;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

class PortFailureAnalyzerTest {

    @Test
    void saysThatTheUserMayNotOpenThePort() {
        FailureAnalysis analysis = new PortFailureAnalyzer(new MockEnvironment().withProperty("server.port", "80"))
                .analyze(new IllegalStateException(new BindException("Permission denied")));

        assertThat(analysis).isNotNull();
        assertThat(analysis.getDescription()).isEqualTo("Port 80 may not be opened by this user.");
        assertThat(analysis.getAction()).contains("SERVER_PORT");
    }
}
