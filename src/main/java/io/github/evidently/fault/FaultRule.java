package io.github.evidently.fault;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.evidently.error.ValidationExceptionField;
import io.github.evidently.wire.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A requested rule of fault injection: what is injected, and when. {@link #violations} returns the errors of the rule
 * itself.
 *
 * @param operation one of Evidently's, or {@code *} for all
 * @param project only calls that name this one in their path; all when absent
 * @param probability the probability that a call is hit, above 0 up to 1; 1 when absent
 * @param count how many calls are hit before the rule ends; unlimited when absent
 * @param seed the same seed hits the same calls of a sequence; one is chosen when absent
 * @param until when the rule ends, in seconds since 1970 or as an ISO-8601 instant; never when absent
 * @param effect what happens to the calls that are hit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FaultRule(
        @Nullable String operation,
        @Nullable String project,
        @Nullable Double probability,
        @Nullable Long count,
        @Nullable Long seed,
        @Nullable Instant until,
        @Nullable FaultEffect effect) {

    static final String ALL = "*";
    static final String MISSING = "Member must not be null";

    private static final Pattern PROJECT = Pattern.compile("[-a-zA-Z0-9._]{1,127}");

    /** Returns the same rule with that seed. */
    FaultRule withSeed(@Nullable Long seed) {
        return new FaultRule(operation, project, probability, count, seed, until, effect);
    }

    /** Returns the invalid members by their paths; none when the rule can be used. */
    List<ValidationExceptionField> violations() {
        List<ValidationExceptionField> violations = new ArrayList<>();
        Optional<Operation> known = Operation.ALL.stream()
                .filter(candidate -> candidate.name().equals(operation))
                .findFirst();
        if (operation == null) {
            violations.add(new ValidationExceptionField("operation", MISSING));
        } else if (known.isEmpty() && !operation.equals(ALL)) {
            violations.add(new ValidationExceptionField("operation", "Member must be an operation of Evidently, or *"));
        }
        if (project != null) {
            if (!PROJECT.matcher(project).matches()) {
                violations.add(new ValidationExceptionField("project", "Member must be the name of a project"));
            } else if (known.isPresent()
                    && !known.get().path().getPatternString().contains("{project}")) {
                violations.add(new ValidationExceptionField("project", operation + " names no project in its path"));
            }
        }
        if (probability != null && !(probability > 0 && probability <= 1)) {
            violations.add(new ValidationExceptionField("probability", "Member must be over 0 and at most 1"));
        }
        if (count != null && count < 1) {
            violations.add(new ValidationExceptionField("count", "Member must be at least 1"));
        }
        if (effect == null) {
            violations.add(new ValidationExceptionField("effect", MISSING));
        } else {
            effect.addViolations(violations, operation);
        }
        return violations;
    }
}
