/** Features: what can be served, in variations, and to whom always the same. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "state", "project", "lifecycle"})
@NullMarked
package io.github.evidently.feature;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
