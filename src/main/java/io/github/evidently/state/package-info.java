/** The control plane's state in memory: immutable, versioned, changed by pure rules. */
@ApplicationModule(allowedDependencies = {"error", "persistence"})
@NullMarked
package io.github.evidently.state;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
