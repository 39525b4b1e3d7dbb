package io.github.evidently.resource;

import io.github.evidently.error.ValidationException;

/** The syntax of names and references (model shapes {@code ProjectRef}, {@code SegmentRef}, {@code FeatureName} …). */
final class ReferenceSyntax {

    /** The longest reference in characters. */
    static final int LENGTH_MAX = 2048;

    private ReferenceSyntax() {}

    /**
     * Refuses what is neither a name nor an ARN of that kind.
     *
     * @param kind as in the ARN and as the member is called
     * @param pattern the model's, for the message
     */
    static void require(String text, String kind, String pattern) {
        if (text.length() > LENGTH_MAX) {
            throw ValidationException.field(kind, "Member must have length less than or equal to " + LENGTH_MAX);
        }
        if (!isName(text, 0) && !isArn(text, kind)) {
            throw ValidationException.field(kind, "Member must satisfy regular expression pattern: " + pattern);
        }
    }

    static boolean isArn(String text, String kind) {
        if (!text.startsWith("arn:")) {
            return false;
        }
        // Four fields that may be empty (partition, service, Region, account), each closed by a colon.
        int position = 4;
        for (int field = 0; field < 4; field++) {
            position = text.indexOf(':', position) + 1;
            if (position == 0) {
                return false;
            }
        }
        return text.startsWith(kind + "/", position) && isName(text, position + kind.length() + 1);
    }

    static boolean isName(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean allowed = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '.'
                    || c == '_'
                    || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
