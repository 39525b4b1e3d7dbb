/** Launches: serve variations to shares of the traffic, step by step. */
@ApplicationModule(
        allowedDependencies = {
            "error",
            "resource",
            "wire",
            "state",
            "project",
            "lifecycle",
            "feature",
            "segment",
            "metric"
        })
@NullMarked
package io.github.evidently.launch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
