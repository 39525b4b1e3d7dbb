/** Experiments: compare treatments by metrics. */
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
package io.github.evidently.experiment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
