package io.github.evidently.wire;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The origins of web pages that may call the whole API, besides pages of this machine.
 *
 * @param origins of the pages, such as {@code https://shop.example:8443}
 */
@ConfigurationProperties("evidently.cors")
record CorsProperties(@DefaultValue List<String> origins) {

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/\\s?#@]+");

    CorsProperties {
        for (String origin : origins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException(
                        "evidently.cors.origins must be origins such as https://shop.example: " + origin
                                + " is not one");
            }
        }
        origins =
                origins.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).toList();
    }
}
