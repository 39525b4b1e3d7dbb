/** EvaluateFeature and BatchEvaluateFeature: which variation an entity gets, and why. */
@ApplicationModule(
        allowedDependencies = {
            "error",
            "persistence",
            "resource",
            "wire",
            "state",
            "project",
            "lifecycle",
            "pattern",
            "segment",
            "feature",
            "launch",
            "experiment",
            "event"
        })
@NullMarked
package io.github.evidently.evaluation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
