package io.github.evidently.auth;

import io.github.evidently.audit.Target;
import io.github.evidently.error.InvalidSettingException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A statement of a policy, as in IAM: an effect, actions and resources.
 *
 * <p>{@code *} stands for any number of characters, {@code ?} for one. Actions are case-insensitive, resources
 * case-sensitive.
 *
 * @param effect whether it allows or denies
 * @param actions such as {@code evidently:PutProjectEvents} or {@code evidently:*}; at least one
 * @param resources ARNs; at least one
 */
public record Statement(Effect effect, List<String> actions, List<String> resources) {

    // Actions of other services are refused: a policy that names one is not mistyped, but meant for something else.
    private static final Pattern ACTION =
            Pattern.compile("\\*|(evidently|evidently-emulator):[a-z*?]+", Pattern.CASE_INSENSITIVE);

    private static final Pattern PROJECT = Pattern.compile("arn:.*:project/[^/]*");

    /** The effect of a statement. */
    public enum Effect {
        ALLOW,
        DENY
    }

    /** The result of all statements of a credential together. */
    enum Decision {
        ALLOWED,
        /** No statement allows it. */
        NOT_ALLOWED,
        /** A statement denies it, regardless of the others. */
        DENIED
    }

    @SuppressWarnings("ConstantValue") // What configuration leaves out arrives as null.
    public Statement {
        if (effect == null) {
            throw new InvalidSettingException("a statement has no effect");
        }
        if (actions == null || actions.isEmpty()) {
            throw new InvalidSettingException("a statement has no actions");
        }
        if (resources == null || resources.isEmpty()) {
            throw new InvalidSettingException("a statement has no resources");
        }
        for (String action : actions) {
            if (!ACTION.matcher(action).matches()) {
                throw new InvalidSettingException("the action " + action
                        + " is neither * nor one of evidently: or evidently-emulator:, with letters, * and ?");
            }
        }
        for (String resource : resources) {
            if (!resource.equals("*") && !resource.startsWith("arn:")) {
                throw new InvalidSettingException("the resource " + resource + " is neither * nor an ARN");
            }
        }
        actions = List.copyOf(actions);
        resources = List.copyOf(resources);
    }

    /** Returns the decision of the statements on an action on a resource. */
    static Decision decide(List<Statement> statements, Target target) {
        Decision decision = Decision.NOT_ALLOWED;
        for (Statement statement : statements) {
            if (statement.covers(target)) {
                if (statement.effect == Effect.DENY) {
                    return Decision.DENIED;
                }
                decision = Decision.ALLOWED;
            }
        }
        return decision;
    }

    /**
     * Returns the projects that it denies without the resources in them, an easy mistake that has no effect on
     * features.
     */
    List<String> projectsDeniedAlone() {
        return effect == Effect.ALLOW
                ? List.of()
                : resources.stream()
                        .filter(resource -> PROJECT.matcher(resource).matches())
                        .filter(resource ->
                                resources.stream().noneMatch(other -> matches(other, resource + "/feature/f")))
                        .toList();
    }

    private boolean covers(Target target) {
        String action = target.action().toLowerCase(Locale.ROOT);
        return actions.stream().anyMatch(pattern -> matches(pattern.toLowerCase(Locale.ROOT), action))
                && resources.stream().anyMatch(pattern -> matches(pattern, target.resource()));
    }

    /** Tells whether a text matches. Takes time linear in pattern times text, whatever the pattern. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                // The last star takes one more character.
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
