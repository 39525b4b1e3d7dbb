/** The inspection API for tests and operators: received events, rejections, backup, reset. */
@ApplicationModule(
        allowedDependencies = {
            "error",
            "resource",
            "wire",
            "project",
            "event",
            "persistence",
            "state",
            "evaluation",
            "lifecycle",
            "fault",
            "seed"
        })
@NullMarked
package io.github.evidently.inspection;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
