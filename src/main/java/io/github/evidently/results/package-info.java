/** GetExperimentResults: counts samples from the event log and computes the results. */
@ApplicationModule(
        allowedDependencies = {
            "error",
            "resource",
            "wire",
            "project",
            "lifecycle",
            "pattern",
            "event",
            "evaluation",
            "experiment",
            "metric",
            "statistics",
            "persistence",
            "state"
        })
@NullMarked
package io.github.evidently.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
