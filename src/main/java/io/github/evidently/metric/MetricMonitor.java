package io.github.evidently.metric;

import io.github.evidently.error.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/** A metric that a launch watches (model shapes {@code MetricMonitor} and {@code MetricMonitorConfig}). */
public record MetricMonitor(@NotNull @Valid MetricDefinition metricDefinition) {

    /**
     * Refuses two metrics of one name, and patterns that cannot be matched.
     *
     * @throws ValidationException that names the member
     */
    public static void requireValid(List<MetricMonitor> monitors) {
        MetricDefinition.requireValid(
                "metricMonitors",
                monitors.stream().map(MetricMonitor::metricDefinition).toList());
    }
}
