/** Projects: their operations and their registry. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state"})
@NullMarked
package io.github.evidently.project;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
