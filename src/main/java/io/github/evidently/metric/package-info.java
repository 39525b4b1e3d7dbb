/** Metric definitions: where the entity id and the value are in an event, and which events count. */
@ApplicationModule(allowedDependencies = {"error", "wire", "pattern"})
@NullMarked
package io.github.evidently.metric;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
