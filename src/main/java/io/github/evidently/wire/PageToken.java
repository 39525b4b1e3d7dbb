package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The opaque {@code nextToken} of lists: says after which name the next page starts.
 *
 * <p>Because it holds a name and not a position, a page keeps its place when something is created or deleted between
 * two calls.
 *
 * @param after the last name of the page before
 */
public record PageToken(String after) {

    private static final String PREFIX = "after:";
    private static final int LENGTH_MAX = 8192;

    /** The wire form, base64url without padding. */
    public String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((PREFIX + after).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the wire form.
     *
     * @throws ValidationException naming {@code nextToken} when this server did not issue the token
     */
    public static PageToken parse(String text) {
        if (text.length() <= LENGTH_MAX) {
            try {
                String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                if (decoded.startsWith(PREFIX)) {
                    return new PageToken(decoded.substring(PREFIX.length()));
                }
            } catch (IllegalArgumentException e) {
                // Not base64url: refused below, like every other text that is no token.
            }
        }
        throw ValidationException.field("nextToken", "Member must be a token that this server returned");
    }
}
