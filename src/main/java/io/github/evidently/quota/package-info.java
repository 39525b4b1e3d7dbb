/** Quotas: rate limits of calls, and maximum numbers of resources. */
@ApplicationModule(allowedDependencies = {"error", "resource", "wire", "auth"})
@NullMarked
package io.github.evidently.quota;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
