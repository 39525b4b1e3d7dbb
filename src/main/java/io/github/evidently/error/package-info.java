/** The errors of the service: one exception for each error shape of the model, without HTTP. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.github.evidently.error;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
