/** Names of resources: account, Region, ARNs and references. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.resource;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
