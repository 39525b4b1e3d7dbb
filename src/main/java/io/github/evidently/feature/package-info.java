/** Features: variations, default variation and entity overrides. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state", "project", "lifecycle"})
@NullMarked
package io.github.evidently.feature;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
