/** What an experiment or a launch measures: where in an event the entity and the value stand. */
@ApplicationModule(allowedDependencies = {"error", "wire", "pattern"})
@NullMarked
package io.github.evidently.metric;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
