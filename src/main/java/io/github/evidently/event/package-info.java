/** PutProjectEvents: parse, validate, append, answer. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "persistence", "project", "state"})
@NullMarked
package io.github.evidently.event;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
