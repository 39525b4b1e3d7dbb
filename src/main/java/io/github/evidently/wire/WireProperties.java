package io.github.evidently.wire;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the HTTP edge.
 *
 * @param bodyMemoryMax how much memory the bodies of the requests in flight may take together; a request beyond that is
 *     throttled
 * @param bodyTimeMax how long a client may take to send a body
 */
@ConfigurationProperties("evidently.wire")
record WireProperties(
        @DefaultValue("32MB") DataSize bodyMemoryMax,
        @DefaultValue("60s") Duration bodyTimeMax) {

    WireProperties {
        if (bodyMemoryMax.toMegabytes() < 1) {
            throw new IllegalArgumentException("evidently.wire.body-memory-max must be at least 1MB");
        }
        if (bodyTimeMax.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("evidently.wire.body-time-max must be at least 1s");
        }
    }
}
