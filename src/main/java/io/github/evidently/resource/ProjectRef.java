package io.github.evidently.resource;

import io.github.evidently.error.ValidationException;
import java.util.Optional;

/**
 * How a request names a project: by name or by ARN (model shape {@code ProjectRef}).
 *
 * <p>The reference is well-formed; the project may still not exist.
 */
public sealed interface ProjectRef {

    /** The longest reference in characters (model shape {@code ProjectRef}). */
    int LENGTH_MAX = 2048;

    /** A reference by name. */
    record ByName(String name) implements ProjectRef {}

    /**
     * A reference by ARN, of whichever account and Region.
     *
     * @param arn the whole text
     */
    record ByArn(String arn) implements ProjectRef {}

    /**
     * Reads a reference, percent-decoded.
     *
     * @throws ValidationException naming {@code project} when the text breaks the model's length or pattern
     */
    static ProjectRef parse(String text) {
        if (text.length() > LENGTH_MAX) {
            throw ValidationException.field("project", "Member must have length less than or equal to " + LENGTH_MAX);
        }
        if (isName(text, 0)) {
            return new ByName(text);
        }
        if (isArn(text)) {
            return new ByArn(text);
        }
        throw ValidationException.field(
                "project",
                "Member must satisfy regular expression pattern: "
                        + "(^[a-zA-Z0-9._-]*$)|(arn:[^:]*:[^:]*:[^:]*:[^:]*:project/[a-zA-Z0-9._-]*)");
    }

    /** The project's ARN; a name is taken as one of this server's. */
    default String arn(ServerIdentity identity) {
        return switch (this) {
            case ByName(String name) -> identity.projectArn(name);
            case ByArn(String arn) -> arn;
        };
    }

    /** The project's name here; empty when the ARN belongs to another account or Region. */
    default Optional<String> nameAt(ServerIdentity identity) {
        return switch (this) {
            case ByName(String name) -> Optional.of(name);
            case ByArn(String arn) -> {
                String prefix = identity.projectArnPrefix();
                yield arn.startsWith(prefix) ? Optional.of(arn.substring(prefix.length())) : Optional.empty();
            }
        };
    }

    private static boolean isArn(String text) {
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
        return text.startsWith("project/", position) && isName(text, position + "project/".length());
    }

    private static boolean isName(String text, int from) {
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
