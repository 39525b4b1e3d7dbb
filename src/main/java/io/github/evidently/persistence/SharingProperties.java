package io.github.evidently.persistence;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of a store that several servers share.
 *
 * @param stalenessMax how long a server may be unable to read what others have changed before it is not ready any more
 */
@ConfigurationProperties("evidently.store")
public record SharingProperties(@DefaultValue("5s") Duration stalenessMax) {

    private static final Duration STALENESS_MIN = Duration.ofSeconds(1);
    private static final Duration STALENESS_MAX = Duration.ofHours(1);

    public SharingProperties {
        if (stalenessMax.compareTo(STALENESS_MIN) < 0 || stalenessMax.compareTo(STALENESS_MAX) > 0) {
            throw new IllegalArgumentException("evidently.store.staleness-max must be from " + STALENESS_MIN.toSeconds()
                    + "s to " + STALENESS_MAX.toHours() + "h");
        }
    }
}
