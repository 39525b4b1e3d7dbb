package io.github.evidently.resource;

import io.github.evidently.error.ValidationException;
import java.util.Optional;

/**
 * A reference to a segment by name or by ARN (model shape {@code SegmentRef}).
 *
 * @param text a name or an ARN, of whichever account and Region
 */
public record SegmentRef(String text) {

    /** The pattern of the model. */
    public static final String PATTERN = "(^[-a-zA-Z0-9._]*$)|(arn:[^:]*:[^:]*:[^:]*:[^:]*:segment/[-a-zA-Z0-9._]*)";

    /** The longest reference in characters. */
    public static final int LENGTH_MAX = ReferenceSyntax.LENGTH_MAX;

    /**
     * Reads a reference, percent-decoded.
     *
     * @throws ValidationException naming {@code segment} when the text breaks the model's length or pattern
     */
    public static SegmentRef parse(String text) {
        ReferenceSyntax.require(text, "segment", PATTERN);
        return new SegmentRef(text);
    }

    /** The segment's ARN; a name is taken as one of this server's. */
    public String arn(ServerIdentity identity) {
        return isArn() ? text : identity.segmentArn(text);
    }

    /** The segment's name here; empty when the ARN belongs to another account or Region. */
    public Optional<String> nameAt(ServerIdentity identity) {
        if (!isArn()) {
            return Optional.of(text);
        }
        String prefix = identity.segmentArn("");
        return text.startsWith(prefix) ? Optional.of(text.substring(prefix.length())) : Optional.empty();
    }

    private boolean isArn() {
        return text.startsWith("arn:");
    }
}
