/** Features with their variations, and the overrides that always give an entity the same one. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state", "project", "lifecycle"})
@NullMarked
package io.github.evidently.feature;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
