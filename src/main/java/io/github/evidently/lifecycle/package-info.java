/** The common lifecycle of launches and experiments: start, stop, and a clock that tests may set. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.lifecycle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
