/** The errors of the service: one exception per error shape, data only. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.github.evidently.error;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
