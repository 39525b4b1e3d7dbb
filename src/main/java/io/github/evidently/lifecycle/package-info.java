/** The lifecycle of launches and experiments: create, start, stop and delete, and a clock that tests may set. */
@ApplicationModule(allowedDependencies = {"error", "resource", "state", "project"})
@NullMarked
package io.github.evidently.lifecycle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
