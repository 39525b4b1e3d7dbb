package io.github.evidently.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

    private static final long MEGABYTE = 1024 * 1024;

    @Test
    void followFromTheHeap() {
        assertThat(ConnectionLimits.of(256 * MEGABYTE, null)).isEqualTo(new ConnectionLimits(384, 352));
        assertThat(ConnectionLimits.of(16 * MEGABYTE, null)).isEqualTo(new ConnectionLimits(64, 32));
        assertThat(ConnectionLimits.of(64L * 1024 * MEGABYTE, null)).isEqualTo(new ConnectionLimits(8_192, 8_160));
    }

    @Test
    void canBeConfigured() {
        assertThat(ConnectionLimits.of(256 * MEGABYTE, 100)).isEqualTo(new ConnectionLimits(100, 68));
        assertThat(ConnectionLimits.of(256 * MEGABYTE, 10)).isEqualTo(new ConnectionLimits(10, 5));
        assertThat(ConnectionLimits.of(256 * MEGABYTE, 1)).isEqualTo(new ConnectionLimits(1, 1));
        assertThat(ConnectionLimits.of(256 * MEGABYTE, -1)).isEqualTo(new ConnectionLimits(384, 352));
    }
}
