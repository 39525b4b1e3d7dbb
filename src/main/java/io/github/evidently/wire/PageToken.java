package io.github.evidently.wire;

import io.github.evidently.error.ValidationException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The opaque {@code nextToken} of lists. It holds the name after which the next page starts.
 *
 * <p>Because it holds a name and not a position, a page keeps its place when something is created or deleted between
 * two calls.
 *
 * @param list the kind of list, such as {@code features}
 * @param after the last name of the previous page
 */
public record PageToken(String list, String after) {

    private static final String SEPARATOR = ":after:";
    private static final int LENGTH_MAX = 8192;

    /** Returns the wire form, base64url without padding. */
    public String text() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((list + SEPARATOR + after).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the wire form.
     *
     * @param list the expected kind of list
     * @throws ValidationException naming {@code nextToken} when this server did not issue the token for such a list
     */
    public static PageToken parse(String text, String list) {
        String prefix = list + SEPARATOR;
        if (text.length() <= LENGTH_MAX) {
            try {
                String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
                if (decoded.startsWith(prefix)) {
                    return new PageToken(list, decoded.substring(prefix.length()));
                }
            } catch (IllegalArgumentException e) {
                // Not base64url: refused below, like every other text that is not a token.
            }
        }
        throw ValidationException.field("nextToken", "Member must be a token that this server returned");
    }
}
