package io.github.evidently.metric;

import io.github.evidently.error.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A metric of an experiment, and whether it should increase or decrease (model shapes {@code MetricGoal} and {@code MetricGoalConfig}). */
public record MetricGoal(
        @Nullable DesiredChange desiredChange,
        @NotNull @Valid MetricDefinition metricDefinition) {

    /** Model shape {@code ChangeDirectionEnum}. */
    public enum DesiredChange {
        INCREASE,
        DECREASE
    }

    /**
     * Refuses two metrics of one name, and patterns that cannot be matched.
     *
     * @throws ValidationException that names the member
     */
    public static void requireValid(List<MetricGoal> goals) {
        MetricDefinition.requireValid(
                "metricGoals", goals.stream().map(MetricGoal::metricDefinition).toList());
    }
}
