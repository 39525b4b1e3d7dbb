/** What names a resource: account, region, ARN, references to projects. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.resource;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
