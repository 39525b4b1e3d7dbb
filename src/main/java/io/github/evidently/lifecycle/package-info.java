/** What launches and experiments have in common: they are started and stopped, by a clock that tests may set. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.lifecycle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
