/** GetExperimentResults: samples counted from the log of events, and what they say. */
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
            "persistence"
        })
@NullMarked
package io.github.evidently.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
