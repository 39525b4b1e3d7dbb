/** Segments: audiences described by event patterns, shared by all projects. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state", "pattern", "lifecycle"})
@NullMarked
package io.github.evidently.segment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
