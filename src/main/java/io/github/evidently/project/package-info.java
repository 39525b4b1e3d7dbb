/** Projects: their operations, and the registry that the hot path reads. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state"})
@NullMarked
package io.github.evidently.project;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
