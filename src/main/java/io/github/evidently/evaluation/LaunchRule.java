package io.github.evidently.evaluation;

import io.github.evidently.evaluation.Assignment.Purpose;
import io.github.evidently.pattern.EventPatterns;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A running launch, reduced to what concerns one of its features.
 *
 * @param steps in the order of their times
 * @param evaluations what the members of a group get, by its name; without the groups of other features
 */
record LaunchRule(String salt, List<Step> steps, Map<String, Evaluation> evaluations) {

    /**
     * The division of the traffic from some time on.
     *
     * @param segments by name, those of the overrides; null when there are none
     * @param overrides in the order in which they are asked
     * @param split of the entities to which no override applies
     */
    record Step(Instant startTime, @Nullable EventPatterns segments, List<Audience> overrides, Split split) {}

    /** The division of the members of a segment. */
    record Audience(String segment, Split split) {}

    /**
     * Returns what the entity gets; empty when the launch does not decide.
     *
     * @param context a JSON object as text
     */
    Optional<Evaluation> evaluate(String entityId, String context, Instant now) {
        Step step = stepAt(now);
        return step == null ? Optional.empty() : group(step, entityId, context).map(evaluations::get);
    }

    private @Nullable Step stepAt(Instant now) {
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (!steps.get(i).startTime.isAfter(now)) {
                return steps.get(i);
            }
        }
        return null;
    }

    private Optional<String> group(Step step, String entityId, String context) {
        List<String> segments = step.segments == null ? List.of() : step.segments.matching(context);
        for (Audience override : step.overrides) {
            if (segments.contains(override.segment)) {
                int place = Assignment.place(Purpose.SEGMENT_OVERRIDE, salt, override.segment, entityId);
                Optional<String> group = override.split.at(place);
                if (group.isPresent()) {
                    return group;
                }
                // The rest of a segment goes on to the next rule, as the service model says.
            }
        }
        return step.split.at(Assignment.place(Purpose.LAUNCH, salt, "", entityId));
    }
}
