package io.github.evidently.wire;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the HTTP edge.
 *
 * @param bodyMemoryMax how much memory the request bodies in work may take together; a request over it is throttled
 */
@ConfigurationProperties("evidently.wire")
record WireProperties(@DefaultValue("32MB") DataSize bodyMemoryMax) {

    WireProperties {
        if (bodyMemoryMax.toMegabytes() < 1) {
            throw new IllegalArgumentException("evidently.wire.body-memory-max must be at least 1MB");
        }
    }
}
