/** Reads the seed, the resources that a server starts with, from files, and exports the state as such a file. */
@ApplicationModule(
        allowedDependencies = {
            "error",
            "resource",
            "wire",
            "state",
            "project",
            "segment",
            "feature",
            "launch",
            "experiment",
            "metric",
            "lifecycle"
        })
@NullMarked
package io.github.evidently.seed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
