package io.github.evidently.resource;

import io.github.evidently.error.ValidationException;

/** Names of features, launches, experiments, variations, treatments and launch groups (model shape {@code FeatureName} and its like). */
public final class ResourceName {

    /** The longest name in characters; the shortest has one. */
    public static final int LENGTH_MAX = 127;

    /** The pattern of the model. */
    public static final String PATTERN = "^[-a-zA-Z0-9._]*$";

    private ResourceName() {}

    /**
     * Reads a name in a path, percent-decoded.
     *
     * @param member what the model calls it
     * @throws ValidationException naming the member when the text breaks the model's length or pattern
     */
    public static String parse(String member, String text) {
        if (text.isEmpty() || text.length() > LENGTH_MAX) {
            throw ValidationException.field(
                    member, "Member must have length between 1 and " + LENGTH_MAX + ", inclusive");
        }
        if (!ReferenceSyntax.isName(text, 0)) {
            throw ValidationException.field(member, "Member must satisfy regular expression pattern: " + PATTERN);
        }
        return text;
    }
}
