package io.github.evidently.metric;

import io.github.evidently.error.ValidationException;
import io.github.evidently.pattern.EventPattern;
import io.github.evidently.pattern.InvalidPatternException;
import io.github.evidently.wire.JsonText;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Defines how a metric is read from events (model shapes {@code MetricDefinition} and {@code MetricDefinitionConfig}, which have the same members).
 *
 * @param entityIdKey the path to the entity's id in {@code data}, with dots between names
 * @param eventPattern which events count, as JSON text; null for all that have both keys
 * @param unitLabel for display
 * @param valueKey the path to the value in {@code data}
 */
public record MetricDefinition(
        @NotNull @Size(min = 1, max = 256) String entityIdKey,
        @Nullable @Size(max = 1024) String eventPattern,

        @NotNull @Size(min = 1, max = 255) @Pattern(regexp = "^[\\S]+$")
        String name,

        @Nullable @Size(min = 1, max = 256) String unitLabel,
        @NotNull @Size(min = 1, max = 256) String valueKey) {

    public MetricDefinition {
        eventPattern = JsonText.unwrapNullable(eventPattern);
        // An empty text says nothing, and clients parse what they get.
        if (eventPattern != null && eventPattern.isEmpty()) {
            eventPattern = null;
        }
    }

    /**
     * Refuses two metrics of one name, and patterns that cannot be matched.
     *
     * @param list the member that holds the metrics, for the errors
     */
    static void requireValid(String list, List<MetricDefinition> metrics) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < metrics.size(); i++) {
            MetricDefinition metric = metrics.get(i);
            String member = list + "." + i + ".metricDefinition.";
            if (!names.add(metric.name)) {
                throw ValidationException.field(member + "name", "Member must be unique in the list");
            }
            if (metric.eventPattern != null) {
                try {
                    EventPattern.parse(metric.eventPattern);
                } catch (InvalidPatternException e) {
                    throw ValidationException.field(
                            member + "eventPattern", "Member must be an event pattern, but " + e.getMessage());
                }
            }
        }
    }
}
