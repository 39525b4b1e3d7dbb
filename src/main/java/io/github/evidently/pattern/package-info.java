/** EventBridge patterns: parsing and matching, by AWS's event ruler. */
@ApplicationModule(allowedDependencies = {"error"})
@NullMarked
package io.github.evidently.pattern;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
