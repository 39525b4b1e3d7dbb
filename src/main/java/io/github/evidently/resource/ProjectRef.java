package io.github.evidently.resource;

import io.github.evidently.error.ValidationException;
import java.util.Optional;

/**
 * A reference to a project by name or by ARN (model shape {@code ProjectRef}).
 *
 * <p>The reference is well-formed; the project may still not exist.
 */
public sealed interface ProjectRef {

    /** The longest reference in characters. */
    int LENGTH_MAX = ReferenceSyntax.LENGTH_MAX;

    /** The pattern of the model. */
    String PATTERN = "(^[a-zA-Z0-9._-]*$)|(arn:[^:]*:[^:]*:[^:]*:[^:]*:project/[a-zA-Z0-9._-]*)";

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
        ReferenceSyntax.require(text, "project", PATTERN);
        return ReferenceSyntax.isArn(text, "project") ? new ByArn(text) : new ByName(text);
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
}
